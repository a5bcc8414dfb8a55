-- What the source says of the device (offline, disabled) outranks a reading.
select s.feature_id as id, s.code, s.name_zh, s.name_en, s.type, s.building_id, s.floor_no,
       st_x(p.place) as lon, st_y(p.place) as lat, s.z_min_m as z_m,
       case when s.properties->>'state' in ('offline', 'disabled') then s.properties->>'state'
            else coalesce(l.state, 'unknown') end as state,
       l.result, coalesce(l.unit, s.unit) as unit, l.phenomenon_time, l.age_s::float8 as age_s,
       coalesce(l.state = 'stale', false) as stale
from city.sensor s
left join live.sensor_state l on l.sensor_id = s.feature_id
cross join lateral (select st_transform(s.geometry, 4326) as place) p
where s.valid_to is null and s.superseded_at is null
  and s.visibility = any(%(circles)s::text[])
  and (%(area)s::bytea is null or st_intersects(s.geometry, st_geomfromewkb(%(area)s)))
  and (%(building)s::bigint is null or s.building_id = %(building)s)
  and (%(floor)s::int is null or s.floor_no = %(floor)s)
  and (%(kind)s::text is null or s.type = %(kind)s)
order by s.feature_id
limit %(limit)s
