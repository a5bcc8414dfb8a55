select feature_id as id, name, ifc_class, system, building_id, floor_no, geometry is not null as placed
from city.element
where feature_id = %(element)s and valid_to is null and superseded_at is null
  and visibility = any(%(circles)s::text[])
