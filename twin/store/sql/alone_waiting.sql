-- Whether somebody waits for one of these layers.
select exists (
    select from pg_locks
    where not granted and locktype = 'relation' and relation = any(%(tables)s::regclass[]::oid[])
      and database = (select oid from pg_database where datname = current_database())
) as waiting
