select e.feature_id as id, e.kind, e.kind_confidence, e.name, e.device_id, e.system, e.state, e.ifc_class,
       e.floor_no, e.space_id, e.z_min_m, st_x(p.place) as lon, st_y(p.place) as lat
from city.equipment e
cross join lateral (select st_transform(e.geometry, 4326) as place) p
where e.building_id = %(building)s and e.floor_no between %(low)s and %(high)s
  and {valid e} and e.visibility = any(%(circles)s::text[])
  and (%(kind)s::text is null or e.kind = %(kind)s)
order by e.floor_no, e.kind, e.feature_id
