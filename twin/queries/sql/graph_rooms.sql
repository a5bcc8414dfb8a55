select feature_id as id, name, long_name, use, object_type, compartment, floor_no, area_m2, z_min_m,
       st_asbinary(st_convexhull(geometry)) as hull
from city.space s
where building_id = %(building)s and {valid s}
  and visibility = any(%(circles)s::text[])
order by floor_no, name, feature_id
