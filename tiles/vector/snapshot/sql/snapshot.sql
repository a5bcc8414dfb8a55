-- What the rows that follow can see. A standby does not list what is still running, so a copy
-- made there could not say it.
select pg_current_snapshot()::text as snapshot, pg_is_in_recovery() as standby
