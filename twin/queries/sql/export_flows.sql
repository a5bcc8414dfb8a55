-- Which of some objects are joined by their ports, upstream first where the ports said so.
select distinct e.from_id, e.to_id
from twin.flow_edge e
join twin.model m on m.id = e.model_id and m.withdrawn_at is null
where {valid e} and e.from_id = any(%(ids)s::bigint[]) and e.to_id = any(%(ids)s::bigint[])
order by e.from_id, e.to_id
