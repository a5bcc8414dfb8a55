select a.id, d.code, d.sensor_id, s.name_zh, s.name_en, s.type, s.building_id, s.floor_no,
       a.severity, a.raised_at, a.cleared_at, a.result, a.limit_value, d.unit,
       a.acknowledged_at, a.acknowledged_by, a.incident_id,
       st_x(st_transform(s.geometry, 4326)) as lon, st_y(st_transform(s.geometry, 4326)) as lat
from live.alarm a
join live.datastream d on d.id = a.datastream_id
left join city.sensor s on s.feature_id = d.sensor_id and s.valid_to is null and s.superseded_at is null
where (s.feature_id is null or s.visibility = any(%(circles)s::text[]))
  and (%(open)s::boolean is null or %(open)s = (a.cleared_at is null))
  and (%(building)s::bigint is null or s.building_id = %(building)s)
order by a.raised_at desc, a.id desc
limit %(limit)s
