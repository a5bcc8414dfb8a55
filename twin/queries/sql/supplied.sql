select feature_id as id, kind, name, system, building_id, floor_no
from city.equipment v
where feature_id = %(id)s and {valid v}
  and visibility = any(%(circles)s::text[])
