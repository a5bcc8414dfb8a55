select feature_id as id, name, long_name, use, compartment, area_m2, st_asbinary(geometry) as shape
from city.space v
where building_id = %(building)s and floor_no = %(floor)s and {valid v}
  and visibility = any(%(circles)s::text[])
order by name, feature_id
