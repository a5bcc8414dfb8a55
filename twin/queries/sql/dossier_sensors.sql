select s.feature_id as id, s.code, s.name_zh, s.name_en, s.type, s.floor_no, s.host_space,
       case when s.properties->>'state' in ('offline', 'disabled') then s.properties->>'state'
            else coalesce(l.state, 'unknown') end as state,
       l.result, coalesce(l.unit, s.unit) as unit, l.phenomenon_time, l.age_s::float8 as age_s,
       coalesce(l.state = 'stale', false) as stale, l.attention, l.alarm, l.direction, l.period_s
from city.sensor s
left join live.sensor_state l on l.sensor_id = s.feature_id
where s.building_id = %(building)s and {valid s}
  and s.visibility = any(%(circles)s::text[])
order by s.floor_no, s.code
