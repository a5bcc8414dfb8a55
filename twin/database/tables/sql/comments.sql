-- What is said now of each of our tables, views and columns; partitions speak by their parent.
select n.nspname, c.relname, null as attname, obj_description(c.oid, 'pg_class') as meaning
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
where n.nspname = any ('{city,city_now,twin,live}') and c.relkind in ('r', 'p', 'v') and not c.relispartition
union all
select n.nspname, c.relname, a.attname, col_description(c.oid, a.attnum)
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where n.nspname = any ('{city,city_now,twin,live}') and c.relkind in ('r', 'p', 'v') and not c.relispartition
