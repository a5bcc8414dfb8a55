-- Property sets as of the moment: of several the one that was replaced first after it. What came with a
-- later file was not there; before the first file nobody knows, and all of it is shown.
(
    select distinct on (q.model_id, q.feature_id) q.model_id, q.feature_id, q.sets
    from (
        select o.model_id, o.feature_id, o.sets, o.load_id, o.until
        from twin.property_set_past o
        where {of} and o.until > %(moment)s
        union all
        select o.model_id, o.feature_id, o.sets, o.load_id, 'infinity'
        from twin.property_set o
        where {of}
    ) q
    left join twin.load l on l.id = q.load_id
    where l.started_at is null or l.started_at <= %(moment)s or not exists (
        select from twin.model n
        join twin.load e on e.source = n.source and e.status in ('done', 'partial')
        where n.id = q.model_id and e.started_at <= %(moment)s
    )
    order by q.model_id, q.feature_id, q.until
)
