-- Objects of a model by what they have as one column.
select o.value, count(*) as count, array_agg(o.id order by o.id) as ids
from ({objects}) o
group by o.value
order by o.value is null, count(*) desc, o.value
