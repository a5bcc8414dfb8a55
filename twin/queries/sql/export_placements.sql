-- Which mesh an object shows, and where: mesh -> model metres, model metres -> storage CRS.
with models as materialized (
    select m.id, twin.model_matrix_at(m.id, %(moment)s::timestamptz) as matrix
    from twin.model m
    where m.source = any(%(sources)s::text[]) and m.withdrawn_at is null
)
select p.feature_id as id, p.part, p.mesh_id, p.matrix, m.matrix as model_matrix
from {placed} p
join models m on m.id = p.model_id
where p.feature_id = any(%(ids)s::bigint[])
order by p.feature_id, p.part
