-- What the statements that follow can see.
select pg_current_snapshot()::text as snapshot
