-- Whether nobody but loads is connected and the layer has no row yet, nor the register one of its
-- objects. A standby that reads along would feel the lock.
select not exists (
    select from pg_stat_activity
    where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()
      and application_name is distinct from current_setting('application_name')
) and not exists (select from pg_stat_replication)
  and not exists (select from {table})
  and not exists (select from city.feature where collection = %(collection)s) as may
