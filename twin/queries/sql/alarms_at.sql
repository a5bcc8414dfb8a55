-- As alarms, at a moment: what was cleared or acknowledged later was still open and unseen then.
-- Severity and reading are those the alarm ended with; how they changed is not kept.
select a.id, d.code, d.sensor_id, s.name_zh, s.name_en, s.type, s.building_id, s.floor_no,
       a.severity, a.raised_at, t.cleared_at, a.result, a.limit_value, d.unit,
       t.acknowledged_at, case when t.acknowledged_at is not null then a.acknowledged_by end as acknowledged_by,
       a.incident_id, st_x(p.place) as lon, st_y(p.place) as lat
from live.alarm a
join live.datastream d on d.id = a.datastream_id
cross join lateral (
    select case when a.cleared_at <= %(moment)s::timestamptz then a.cleared_at end as cleared_at,
           case when a.acknowledged_at <= %(moment)s::timestamptz then a.acknowledged_at end as acknowledged_at) t
left join city.sensor s
    on s.feature_id = d.sensor_id and s.superseded_at is null
   and (s.valid_from is null or s.valid_from <= %(moment)s::timestamptz)
   and (s.valid_to is null or s.valid_to > %(moment)s::timestamptz)
cross join lateral (select st_transform(s.geometry, 4326) as place) p
where a.raised_at <= %(moment)s::timestamptz
  and (s.feature_id is null or s.visibility = any(%(circles)s::text[]))
  and (%(open)s::boolean is null or %(open)s = (t.cleared_at is null))
  and (%(building)s::bigint is null or s.building_id = %(building)s)
order by a.raised_at desc, a.id desc
limit %(limit)s
