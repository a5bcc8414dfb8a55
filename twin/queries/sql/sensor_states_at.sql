-- As sensor_states, at a moment. One index probe a sensor: the newest reading before the moment,
-- sought in three periods only, so that few days of readings are opened. The state is judged
-- without the hysteresis of the live feed, whose earlier state is not kept.
select s.feature_id as id, s.code, s.name_zh, s.name_en, s.type, s.building_id, s.floor_no,
       st_x(p.place) as lon, st_y(p.place) as lat, s.z_min_m as z_m,
       case when d.id is null then 'unknown'
            when o.phenomenon_time is null then 'stale'
            else live.judge(null, o.result, o.quality, d.attention, d.alarm, d.direction, 0) end as state,
       o.result, coalesce(d.unit, s.unit) as unit, o.phenomenon_time,
       extract(epoch from %(moment)s::timestamptz - o.phenomenon_time)::float8 as age_s,
       d.id is not null and o.phenomenon_time is null as stale
from city.sensor s
left join live.datastream d on d.sensor_id = s.feature_id
left join lateral (
    select phenomenon_time, result, quality
    from live.observation
    where datastream_id = d.id
      and phenomenon_time <= %(moment)s::timestamptz
      and phenomenon_time > %(moment)s::timestamptz - 3 * make_interval(secs => coalesce(d.period_s, 600))
    order by phenomenon_time desc
    limit 1) o on true
cross join lateral (select st_transform(s.geometry, 4326) as place) p
where (s.valid_from is null or s.valid_from <= %(moment)s::timestamptz)
  and (s.valid_to is null or s.valid_to > %(moment)s::timestamptz)
  and s.superseded_at is null
  and s.visibility = any(%(circles)s::text[])
  and (%(area)s::bytea is null or st_intersects(s.geometry, st_geomfromewkb(%(area)s)))
  and (%(building)s::bigint is null or s.building_id = %(building)s)
  and (%(floor)s::int is null or s.floor_no = %(floor)s)
  and (%(kind)s::text is null or s.type = %(kind)s)
order by s.feature_id
limit %(limit)s
