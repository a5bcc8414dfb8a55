select feature_id as id, code, room, kind, area_m2, layout, tenure, occupancy, space_id
from city.unit u
where building_id = %(building)s and floor_no = %(floor)s and {valid u}
  and visibility = any(%(circles)s::text[])
order by room, feature_id
