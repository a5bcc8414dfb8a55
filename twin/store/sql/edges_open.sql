-- What the first file of a model says is so since ever; what a later one says, since what was before ended.
insert into {table} (model_id, {columns}, valid_from, load_id)
select m.id, {coming},
    case when exists (
        select from twin.load l
        where l.source = m.source and l.id < m.load_id and l.status in ('done', 'partial')
    ) then greatest(now(), (select max(p.valid_to) from {table} p where p.model_id = m.id)) end,
    m.load_id
from edge_changes c
join twin.model m on m.id = %(model)s
where c.id is null
