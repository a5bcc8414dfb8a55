select
  current_setting('server_version') as postgresql,
  (select extversion from pg_extension where extname = 'postgis') as postgis,
  pg_database_size(current_database()) as size_bytes,
  extract(epoch from clock_timestamp())::float8 as now_s,
  (select count(*) from pg_stat_activity where datname = current_database()) as connections
