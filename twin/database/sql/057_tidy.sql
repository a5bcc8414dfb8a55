-- Everything that grows without end is cut here, by one process at a time.
create or replace function live.tidy(kept_hours integer) returns boolean
language plpgsql as $$
declare
    horizon xid8;
begin
    if not pg_try_advisory_xact_lock(hashtextextended('live.tidy', 0)) then
        return false;
    end if;
    perform live.ensure_partition((now() at time zone 'UTC')::date);
    perform live.ensure_partition((now() at time zone 'UTC')::date + 1);
    perform live.drop_partitions(now() - make_interval(hours => kept_hours));
    delete from live.quarantine where received_at < now() - interval '7 days';

    -- Of the touches older than a horizon noted an hour ago only the newest of a cell is
    -- kept. A stream whose cursor lies before the horizon is told to read everything anew.
    select split_part(value, ' ', 1)::xid8 into horizon from twin.about
    where key = 'touch_next' and split_part(value, ' ', 2)::bigint < extract(epoch from now()) - 3600;
    if horizon is not null then
        delete from twin.touch t
        where t.xid < horizon and exists (
            select from twin.touch n
            where n.collection = t.collection and n.cell_e is not distinct from t.cell_e
              and n.cell_n is not distinct from t.cell_n and n.xid > t.xid);
        insert into twin.about (key, value) values ('touch_horizon', horizon::text)
        on conflict (key) do update set value = excluded.value;
    end if;
    if horizon is not null or not exists (select from twin.about where key = 'touch_next') then
        insert into twin.about (key, value)
        values ('touch_next', pg_snapshot_xmin(pg_current_snapshot())::text || ' ' || extract(epoch from now())::bigint)
        on conflict (key) do update set value = excluded.value;
    end if;
    return true;
end $$;
