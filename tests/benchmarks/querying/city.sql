-- What is asked for and no tile shows: hydrants, fire records, and what sensors said last. It goes
-- on top of the seeded city of tiling/city.sql.
select setseed(0.4547);
alter table city.hydrant disable trigger user;
alter table city.fire_profile disable trigger user;
insert into city.feature (collection, source, source_key)
select 'hydrant', 'benchmark', i::text from generate_series(1, %(rows)s / 50) i;
insert into city.feature (collection, source, source_key)
select 'fire_profile', 'benchmark', i::text from generate_series(1, %(rows)s / 10) i;
insert into city.hydrant (feature_id, code, kind, outlets, dn_mm, flow_lps, pressure_mpa, state, road, geometry)
select id, 'H' || i, '地上式', 2, 150, 15 + i %% 10, 0.2 + i %% 20 / 100.0,
    (array['正常','正常','正常','低压','故障',null])[1 + i %% 6], '道路' || i %% 997,
    st_setsrid(st_makepoint(508000 + random() * 20 * %(side)s, 2492000 + random() * 20 * %(side)s), 4547)
from (select id, source_key::int as i from city.feature
    where collection = 'hydrant' and source = 'benchmark') numbered;
-- one building in ten has a fire record
insert into city.fire_profile (feature_id, building_id, sprinkler, indoor_hydrant, alarm_system, checked_on)
select p.id, b.feature_id, (array['full','partial','none','unknown'])[1 + p.i %% 4], p.i %% 3 > 0, p.i %% 5 > 0, '2025-06-01'
from (select id, source_key::int as i from city.feature
    where collection = 'fire_profile' and source = 'benchmark') p
join city.feature f on f.collection = 'building' and f.source = 'benchmark' and f.source_key = (p.i * 10)::text
join city.building b on b.feature_id = f.id;
alter table city.hydrant enable trigger user;
alter table city.fire_profile enable trigger user;
-- every second sensor has spoken
insert into live.datastream (code, sensor_id, observed_property, unit, period_s, attention, alarm)
select code, feature_id, type, unit, 86400, 50, 80 from city.sensor order by feature_id;
insert into live.datastream_latest (datastream_id, phenomenon_time, result, quality, state, state_since)
select id, now(), random() * 100, 0, (array['normal','normal','normal','attention','alarm'])[1 + id %% 5], now()
from live.datastream where id %% 2 = 0;
create index on public.peer_building (use);
vacuum analyze;
