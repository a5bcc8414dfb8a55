-- Placements of a model as of the moment: of several the one that was replaced first after it. What
-- came with a later file was not there; before the first file nobody knows, and all of it is shown.
(
    select distinct on (q.feature_id, q.part) q.feature_id, q.part, q.model_id, q.mesh_id, q.matrix
    from (
        select o.feature_id, o.part, o.model_id, o.mesh_id, o.matrix, o.load_id, o.until
        from twin.placement_past o
        where {of} and o.until > %(moment)s
        union all
        select o.feature_id, o.part, o.model_id, o.mesh_id, o.matrix, o.load_id, 'infinity'
        from twin.placement o
        where {of}
    ) q
    left join twin.load l on l.id = q.load_id
    where l.started_at is null or l.started_at <= %(moment)s or not exists (
        select from twin.model m
        join twin.load e on e.source = m.source and e.status in ('done', 'partial')
        where m.id = q.model_id and e.started_at <= %(moment)s
    )
    order by q.feature_id, q.part, q.until
)
