update live.alarm
set acknowledged_at = coalesce(acknowledged_at, now()),
    acknowledged_by = coalesce(acknowledged_by, %(actor)s),
    xid = pg_current_xact_id()
where id = %(alarm)s
returning id, acknowledged_at, acknowledged_by
