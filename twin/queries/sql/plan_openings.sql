select feature_id as id, name, ifc_class, width_m, fire_rating_min, fire_exit, st_asbinary(geometry) as shape
from city.opening v
where building_id = %(building)s and floor_no = %(floor)s and {valid v}
  and visibility = any(%(circles)s::text[])
order by feature_id
