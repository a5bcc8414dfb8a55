select feature_id as id, kind, name, device_id, system, state, ifc_class, z_min_m,
       st_x(p.place) as lon, st_y(p.place) as lat
from city.equipment e
cross join lateral (select st_transform(geometry, 4326) as place) p
where building_id = %(building)s and floor_no = %(floor)s and {valid e}
  and visibility = any(%(circles)s::text[])
order by kind, feature_id
