-- Differences to the newest load of the model's source before this one.
with earlier as (
    select m.id as model, max(l.id) as id
    from twin.model m
    left join twin.load l on l.source = m.source and l.id < %(load)s and l.status in ('done', 'partial')
    where m.load_id = %(load)s
    group by m.id
)
select e.id as before,
       count(*) filter (where c.added) as added, count(*) filter (where c.removed) as removed,
       count(*) filter (where c.moved) as moved, count(*) filter (where c.reshaped) as reshaped,
       count(*) filter (where c.properties) as properties
from earlier e
left join lateral twin.model_changes(e.model, e.id, %(load)s) c on e.id is not null
group by e.id
