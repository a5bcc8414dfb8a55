select feature_id as id, kind, name, system, building_id, floor_no
from city.equipment
where feature_id = %(id)s and valid_to is null and superseded_at is null
  and visibility = any(%(circles)s::text[])
