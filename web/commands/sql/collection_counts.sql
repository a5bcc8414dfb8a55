-- Rows of every collection as it is now. The names come from the system catalogue
-- and are quoted by %I, so a count per table needs no statement per table.
select
  relname as collection,
  (xpath('/row/n/text()',
     query_to_xml(format('select count(*) as n from city_now.%I', relname), false, true, '')))[1]::text::bigint
    as rows
from pg_class
where relnamespace = 'city_now'::regnamespace and relkind = 'v'
order by relname
