select s.compartment as name, count(*) as spaces, array_agg(distinct s.floor_no order by s.floor_no) as floors,
       sum(s.area_m2) as area_m2, count(s.area_m2) as area_known
from city.space s
where s.building_id = %(building)s and s.compartment is not null
  and {valid s} and s.visibility = any(%(circles)s::text[])
group by s.compartment
order by s.compartment
