select feature_id as id, name, long_name, unit_code, use, object_type, elev_m, height_m, area_m2, volume_m3,
       st_asgeojson(st_transform(geometry, 4326), 7)::json as geometry
from city.space s
where building_id = %(building)s and floor_no = %(floor)s and {valid s}
  and visibility = any(%(circles)s::text[])
order by name, feature_id
