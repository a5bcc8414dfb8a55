-- What models say of the buildings they stand on; of several models of one building the newest.
select distinct on (p.feature_id) p.feature_id as id, p.sets
from {sets} p
join twin.model m on m.id = p.model_id and m.withdrawn_at is null
where p.feature_id = any(%(ids)s::bigint[])
order by p.feature_id, p.model_id desc
