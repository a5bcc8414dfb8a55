-- Which mesh an object shows, and where: mesh -> model metres, model metres -> storage CRS.
select p.feature_id as id, p.part, p.mesh_id, p.matrix, m.matrix as model_matrix
from twin.placement p
join twin.model m on m.id = p.model_id and m.withdrawn_at is null
where p.feature_id = any(%(ids)s::bigint[])
order by p.feature_id, p.part
