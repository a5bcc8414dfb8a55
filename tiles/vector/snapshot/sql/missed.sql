-- What a copy that another process read has to be told: touches of the tables it reads that its
-- snapshot did not see, by cell; with what this statement sees, from which transaction on the log is
-- whole, and which history of transactions it is. A restarted server counts as another one: after a
-- crash it may have given ids away twice.
-- `since` null: no touches.
select pg_current_snapshot()::text as snapshot, pg_is_in_recovery() as standby,
    coalesce((select value::int8 from twin.about where key = 'touch_horizon'), 0) as horizon,
    (select system_identifier from pg_control_system())::text
        || '/' || (select oid from pg_database where datname = current_database())::text
        || '/' || (select timeline_id from pg_control_checkpoint())::text
        || '/' || extract(epoch from pg_postmaster_start_time())::text as server,
    (select coalesce(json_agg(json_build_array(collection, cell_e, cell_n, xids)), '[]') from (
        select t.collection, t.cell_e, t.cell_n, array_agg(distinct t.xid::text) as xids
        from twin.touch t
        where t.xid >= pg_snapshot_xmin(%(since)s::pg_snapshot)
            and not pg_visible_in_snapshot(t.xid, %(since)s::pg_snapshot)
            and t.collection = any(%(names)s::text[])
        group by 1, 2, 3) cell) as touches
