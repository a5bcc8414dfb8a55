-- Whether nobody but loads is connected and the layer has no row yet. A standby that reads along
-- would feel the lock.
select not exists (
    select from pg_stat_activity
    where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()
      and application_name is distinct from current_setting('application_name')
) and not exists (select from pg_stat_replication)
  and not exists (select from {table}) as may,
pg_get_indexdef(to_regclass(%(index)s)) as definition
