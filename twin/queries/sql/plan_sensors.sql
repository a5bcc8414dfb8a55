-- What the source says of the device (offline, disabled) outranks a reading.
select s.feature_id as id, s.code, s.name_zh, s.name_en, s.type,
       st_x(s.geometry) as e_m, st_y(s.geometry) as n_m,
       case when s.properties->>'state' in ('offline', 'disabled') then s.properties->>'state'
            else coalesce(l.state, 'unknown') end as state
from city.sensor s
left join live.sensor_state l on l.sensor_id = s.feature_id
where s.building_id = %(building)s and s.floor_no = %(floor)s and {valid s}
  and s.visibility = any(%(circles)s::text[])
order by s.feature_id
