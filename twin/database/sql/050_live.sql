-- Readings: one function takes a batch, set-based. What cannot be right is kept in
-- quarantine with the reason, what is old is stored but never becomes the latest,
-- and limits raise and clear alarms in the same transaction.

-- The day's partition; made by whoever needs it first. Attaching takes a lock that
-- running inserts do not feel, which CREATE ... PARTITION OF would.
create or replace function live.ensure_partition(day date) returns void
language plpgsql as $$
declare
    name text := 'observation_' || to_char(day, 'YYYYMMDD');
begin
    if to_regclass('live.' || name) is not null then
        return;
    end if;
    perform pg_advisory_xact_lock(hashtextextended('live.observation', 0));
    if to_regclass('live.' || name) is not null then
        return;
    end if;
    execute format('create table live.%I (like live.observation including all)', name);
    execute format('alter table live.observation attach partition live.%I for values from (%L) to (%L)',
        name, day::timestamp at time zone 'UTC', (day + 1)::timestamp at time zone 'UTC');
end $$;

-- Drop whole days that ended before `horizon`; returns how many.
create or replace function live.drop_partitions(horizon timestamptz) returns integer
language plpgsql as $$
declare
    part record;
    dropped integer := 0;
begin
    for part in
        select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
        where i.inhparent = 'live.observation'::regclass and c.relname ~ '^observation_\d{8}$'
          and ((to_date(right(c.relname, 8), 'YYYYMMDD') + 1)::timestamp at time zone 'UTC') <= horizon
    loop
        execute format('drop table live.%I', part.relname);
        dropped := dropped + 1;
    end loop;
    return dropped;
end $$;

-- State of a reading. A limit once crossed is left only beyond its hysteresis, so that
-- a value that trembles at the limit does not raise and clear without end.
create or replace function live.judge(
    before text, result double precision, quality integer,
    attention double precision, alarm double precision, direction text, hysteresis double precision
) returns text
language sql immutable parallel safe as $$
    select case
        when quality >= 2 then 'fault'
        when s.way * result >= s.way * alarm - case when before = 'alarm'
             then coalesce(hysteresis, 0.02 * abs(alarm)) else 0 end then 'alarm'
        when s.way * result >= s.way * attention - case when before in ('alarm', 'attention')
             then coalesce(hysteresis, 0.02 * abs(attention)) else 0 end then 'attention'
        else 'normal'
    end
    from (select case when direction = 'below' then -1 else 1 end as way) s
$$;

-- Raise, change or clear the one open alarm of a datastream.
create or replace function live.set_alarm(
    stream bigint, state text, at timestamptz, reading double precision, limit_value double precision
) returns void
language plpgsql as $$
begin
    if state in ('attention', 'alarm') then
        insert into live.alarm (datastream_id, severity, raised_at, result, limit_value)
        values (stream, state, at, reading, limit_value)
        on conflict (datastream_id) where cleared_at is null do update
            set severity = excluded.severity, result = excluded.result,
                limit_value = excluded.limit_value, xid = pg_current_xact_id()
            where live.alarm.severity <> excluded.severity;
    elsif state = 'normal' then
        update live.alarm set cleared_at = greatest(at, raised_at), xid = pg_current_xact_id()
        where datastream_id = stream and cleared_at is null;
    end if;
end $$;

-- Walk through what is newer than `newest` of one datastream, reading by reading, so that
-- a short crossing inside a batch raises its alarm too. A limit counts once it was
-- crossed for `hold_s` seconds.
create or replace function live.watch(
    stream bigint, state text, since timestamptz, newest timestamptz
) returns void
language plpgsql as $$
declare
    d live.datastream;
    reading record;
    judged text;
begin
    select * into d from live.datastream where id = stream;
    for reading in
        select phenomenon_time as t, result, quality from live.observation
        where datastream_id = stream and phenomenon_time > coalesce(newest, '-infinity')
        order by phenomenon_time
    loop
        judged := live.judge(state, reading.result, reading.quality, d.attention, d.alarm, d.direction, d.hysteresis);
        if judged is distinct from state then
            state := judged;
            since := reading.t;
        end if;
        if reading.t - since >= make_interval(secs => d.hold_s) then
            perform live.set_alarm(stream, state, reading.t, reading.result,
                case when state = 'alarm' then d.alarm else coalesce(d.attention, d.alarm) end);
        end if;
    end loop;
    update live.datastream_latest l set state = watch.state, state_since = watch.since
    where l.datastream_id = watch.stream and (l.state, l.state_since) is distinct from (watch.state, watch.since);
end $$;

create or replace function live.ingest(
    codes text[], times timestamptz[], results double precision[], qualities smallint[],
    kept_hours integer, at timestamptz default clock_timestamp(),
    out accepted integer, out duplicate integer, out late integer, out quarantined jsonb
)
language plpgsql as $$
declare
    day date;
    pending jsonb;
begin
    for day in
        select distinct (t at time zone 'UTC')::date from unnest(times) t
        where t between at - make_interval(hours => kept_hours) and at + interval '5 minutes'
    loop
        perform live.ensure_partition(day);
    end loop;

    -- Two batches about the same devices go one after the other, always in one order.
    perform from live.datastream_latest l
    where l.datastream_id in (select d.id from live.datastream d where d.code = any(codes))
    order by l.datastream_id for update;

    with given as (
        select g.*, d.id as stream,
               case
                   when d.id is null then 'unknown-datastream'
                   when g.result in ('NaN', 'Infinity', '-Infinity') then 'not-a-number'
                   when g.t > at + interval '5 minutes' then 'future'
                   when g.t < at - make_interval(hours => kept_hours) then 'too-old'
               end as refusal
        from unnest(codes, times, results, qualities) with ordinality g(code, t, result, quality, index)
        left join live.datastream d on d.code = g.code and d.active
    ), refused as (
        insert into live.quarantine (code, message, reason)
        select refusal,
               jsonb_build_object('datastream', code, 'phenomenon_time', t, 'result', result::text, 'quality', quality),
               case refusal
                   when 'unknown-datastream' then format('no datastream has the code ''%s''; load the sensor first', code)
                   when 'not-a-number' then 'the result is not a finite number'
                   when 'future' then format('%s is more than 5 minutes ahead of the server (%s); set the device''s clock', t, at)
                   else format('%s is older than the %s hours of readings that are kept', t, kept_hours)
               end
        from given where refusal is not null
        returning 1
    ), stored as (
        insert into live.observation (datastream_id, phenomenon_time, result, quality)
        select distinct on (g.stream, g.t) g.stream, g.t, g.result, g.quality
        from given g where refusal is null
        order by g.stream, g.t, g.index
        on conflict do nothing
        returning datastream_id, phenomenon_time, result, quality
    ), fresh as (
        -- what is newer than the latest known; limits are judged in the order of time
        select s.*, l.state as old_state, l.state_since as old_since
        from stored s left join live.datastream_latest l using (datastream_id)
        where l.phenomenon_time is null or s.phenomenon_time > l.phenomenon_time
    ), judged as (
        select distinct on (f.datastream_id) f.*,
               live.judge(f.old_state, f.result, f.quality, d.attention, d.alarm, d.direction, d.hysteresis) as state
        from fresh f join live.datastream d on d.id = f.datastream_id
        order by f.datastream_id, f.phenomenon_time desc
    ), latest as (
        insert into live.datastream_latest as l
            (datastream_id, phenomenon_time, result, quality, state, state_since)
        select datastream_id, phenomenon_time, result, quality, state,
               case when state = old_state then old_since else phenomenon_time end
        from judged
        on conflict (datastream_id) do update
            set phenomenon_time = excluded.phenomenon_time, result = excluded.result,
                quality = excluded.quality, state = excluded.state,
                state_since = excluded.state_since, xid = pg_current_xact_id()
            where excluded.phenomenon_time > l.phenomenon_time
        returning 1
    ), watched as (
        -- only where a limit exists and something is or was beyond it
        select f.datastream_id
        from fresh f join live.datastream d on d.id = f.datastream_id
        where d.attention is not null or d.alarm is not null
        group by f.datastream_id
        having bool_or(f.old_state <> 'normal') or bool_or(live.judge(null, f.result, f.quality,
            d.attention, d.alarm, d.direction, d.hysteresis) <> 'normal')
    )
    select (select count(*) from stored),
           (select count(*) from given where refusal is null) - (select count(*) from stored),
           (select count(*) from stored) - (select count(*) from fresh),
           (select coalesce(jsonb_agg(jsonb_build_object('index', index - 1, 'code', refusal)
                                      order by index), '[]') from given where refusal is not null),
           (select coalesce(jsonb_agg(jsonb_build_object('stream', datastream_id, 'state', f.old_state,
                                      'since', f.old_since, 'newest', f.newest)), '[]')
            from (select distinct on (datastream_id) datastream_id, old_state, old_since, l.phenomenon_time as newest
                  from fresh left join live.datastream_latest l using (datastream_id)
                  where datastream_id in (select datastream_id from watched)
                  order by datastream_id) f)
    into accepted, duplicate, late, quarantined, pending;

    perform live.watch((p->>'stream')::bigint, p->>'state', (p->>'since')::timestamptz, (p->>'newest')::timestamptz)
    from jsonb_array_elements(pending) p;
end $$;
