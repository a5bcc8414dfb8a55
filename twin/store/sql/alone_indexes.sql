-- How to leave out the indexes every new row goes into, and how to make them again, the spatial one
-- last. The others are empty, or are asked while a load runs.
select
    case when c.oid is null then format('drop index %%s', i.indexrelid::regclass)
        else format('alter table %%s drop constraint %%I', i.indrelid::regclass, c.conname) end as leave_out,
    case when c.oid is null then pg_get_indexdef(i.indexrelid)
        else format('alter table %%s add constraint %%I %%s', i.indrelid::regclass, c.conname,
            pg_get_constraintdef(c.oid)) end as make
from pg_index i
join pg_class n on n.oid = i.indexrelid
left join pg_constraint c on c.conindid = i.indexrelid and c.contype = 'p'
where i.indrelid = to_regclass(%(table)s)
  and n.relname = any(array[%(name)s || '_pkey', %(name)s || '_current', %(name)s || '_versions',
      %(name)s || '_geometry'])
order by n.relname = %(name)s || '_geometry', n.relname
