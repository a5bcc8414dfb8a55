-- Differences to the newest load of the model's source before this one.
with earlier as (
    select max(l.id) as id
    from twin.load l
    join twin.model m on m.source = l.source and m.id = %(model)s
    where l.id < %(load)s and l.status in ('done', 'partial')
)
select e.id as before,
       count(*) filter (where c.added) as added, count(*) filter (where c.removed) as removed,
       count(*) filter (where c.moved) as moved, count(*) filter (where c.reshaped) as reshaped,
       count(*) filter (where c.properties) as properties
from earlier e
left join lateral twin.model_changes(%(model)s, e.id, %(load)s) c on true
group by e.id
