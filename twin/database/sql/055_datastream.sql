-- Every sensor with a device id has its datastream, whoever wrote the sensor and how.
create or replace function live.sync_datastreams() returns trigger
language plpgsql as $$
begin
    insert into live.datastream as d
        (code, sensor_id, observed_property, unit, period_s, attention, alarm, direction, active)
    select distinct on (c.code)
           c.code, c.feature_id, coalesce(c.type, 'unknown'), c.unit, c.period_s, c.attention, c.alarm,
           case when c.direction in ('below', '<', '<=', 'low', '低于') then 'below' else 'above' end, true
    from changed_new c
    where c.valid_to is null and c.superseded_at is null and c.code is not null
    order by c.code, c.feature_id desc
    on conflict (code) do update
        set sensor_id = excluded.sensor_id, observed_property = excluded.observed_property,
            unit = excluded.unit, period_s = excluded.period_s, attention = excluded.attention,
            alarm = excluded.alarm, direction = excluded.direction, active = true
        where (d.sensor_id, d.observed_property, d.unit, d.period_s, d.attention, d.alarm, d.direction, d.active)
              is distinct from
              (excluded.sensor_id, excluded.observed_property, excluded.unit, excluded.period_s,
               excluded.attention, excluded.alarm, excluded.direction, true);
    if tg_op = 'UPDATE' then
        -- a closed or renamed sensor takes no more readings under that name
        update live.datastream d set active = false
        from changed_new c
        where d.sensor_id = c.feature_id and d.active
          and not exists (
              select from city.sensor s
              where s.feature_id = d.sensor_id and s.code = d.code
                and s.valid_to is null and s.superseded_at is null);
    end if;
    return null;
end $$;

drop trigger if exists f_datastream_insert on city.sensor;
create trigger f_datastream_insert after insert on city.sensor
    referencing new table as changed_new for each statement execute function live.sync_datastreams();
drop trigger if exists f_datastream_update on city.sensor;
create trigger f_datastream_update after update on city.sensor
    referencing new table as changed_new for each statement execute function live.sync_datastreams();

-- What a sensor says now. Silent for three periods is stale, whatever its last value was;
-- a device that never spoke is unknown.
create or replace view live.sensor_state as
select d.id as datastream_id, d.code, d.sensor_id, d.observed_property, d.unit, d.period_s,
       d.attention, d.alarm, d.direction,
       l.phenomenon_time, l.result, l.quality, l.state_since,
       extract(epoch from now() - l.phenomenon_time) as age_s,
       case
           when l.phenomenon_time is null then 'unknown'
           when d.period_s is not null
                and l.phenomenon_time < now() - 3 * make_interval(secs => d.period_s) then 'stale'
           else l.state
       end as state
from live.datastream d left join live.datastream_latest l on l.datastream_id = d.id
where d.active;
