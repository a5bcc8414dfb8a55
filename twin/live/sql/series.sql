-- The newest readings of a span, given back in the order of time. The span is bounded on
-- both sides by constants, so only the days it covers are opened.
select d.code as datastream, d.observed_property, d.unit, d.period_s,
       json_build_object('attention', d.attention, 'alarm', d.alarm, 'direction', d.direction) as limits,
       (select coalesce(json_agg(json_build_array(
                   to_char(o.phenomenon_time at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
                   o.result, o.quality) order by o.phenomenon_time), '[]')
        from (select phenomenon_time, result, quality
              from live.observation
              where datastream_id = d.id
                and phenomenon_time >= coalesce(%(start)s::timestamptz, now() - interval '24 hours')
                and phenomenon_time <= coalesce(%(end)s::timestamptz, now() + interval '5 minutes')
              order by phenomenon_time desc
              limit %(limit)s) o) as observations
from live.datastream d
where d.code = %(code)s
  and not exists (
      select from city.sensor s
      where s.feature_id = d.sensor_id and s.valid_to is null and s.superseded_at is null
        and s.visibility <> all(%(circles)s::text[]))
