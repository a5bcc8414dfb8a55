select e.feature_id as id, e.kind, e.name, c.zh, c.en, c.colour,
       st_x(e.geometry) as e_m, st_y(e.geometry) as n_m
from city.equipment e
left join twin.code c on c.list = 'equipment' and c.code = e.kind
where e.building_id = %(building)s and e.floor_no = %(floor)s and {valid e}
  and e.visibility = any(%(circles)s::text[])
order by e.kind, e.feature_id
