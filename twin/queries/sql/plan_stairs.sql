select feature_id as id, name, ifc_class, st_asbinary(geometry) as shape
from city.element v
where building_id = %(building)s and floor_no = %(floor)s and {valid v}
  and visibility = any(%(circles)s::text[])
  and ifc_class in ('IfcStairFlight', 'IfcStair', 'IfcRamp', 'IfcRampFlight') and shape_quality <> 'parts'
order by feature_id
