-- As incidents, at a moment. The status is that of the last step before it, and a time stamp that
-- was still to come is null: nobody knew it then.
select i.feature_id as id, i.code, i.type, i.level, i.title, e.to_status as status, i.reported_by as source,
       i.building_id, i.building_code, i.floor_no, i.unit_code, i.address,
       i.reported_at, t.dispatched_at, t.arrived_at, t.closed_at, i.commander_role,
       extract(epoch from t.dispatched_at - i.reported_at)::float8 as dispatch_s,
       extract(epoch from t.arrived_at - t.dispatched_at)::float8 as travel_s,
       st_x(p.place) as lon, st_y(p.place) as lat,
       (select s.elev_m from city.storey s where s.building_id = i.building_id and s.floor_no = i.floor_no
        and s.valid_to is null and s.superseded_at is null order by s.feature_id limit 1) as z_m
from city.incident i
join lateral (
    select to_status
    from live.incident_event
    where incident_id = i.feature_id and kind = 'state' and at <= %(moment)s::timestamptz
    order by seq desc
    limit 1) e on true
cross join lateral (
    select case when i.dispatched_at <= %(moment)s::timestamptz then i.dispatched_at end as dispatched_at,
           case when i.arrived_at <= %(moment)s::timestamptz then i.arrived_at end as arrived_at,
           case when i.closed_at <= %(moment)s::timestamptz then i.closed_at end as closed_at) t
cross join lateral (select st_transform(i.geometry, 4326) as place) p
where i.valid_to is null and i.superseded_at is null and i.visibility = any(%(circles)s::text[])
  and (%(open)s::boolean is null or %(open)s = (e.to_status not in ('closed', 'cancelled')))
  and (%(building)s::bigint is null or i.building_id = %(building)s)
order by i.reported_at desc nulls last, i.feature_id desc
limit %(limit)s
