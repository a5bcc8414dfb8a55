select feature_id as id, name, ifc_class, system, building_id, floor_no, geometry is not null as placed
from city.element v
where feature_id = %(element)s and {valid v}
  and visibility = any(%(circles)s::text[])
