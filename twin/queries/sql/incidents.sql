-- `open` null: all. Response times are reckoned from the four timestamps, null where a
-- step has not happened.
select i.feature_id as id, i.code, i.type, i.level, i.title, i.status, i.reported_by as source,
       i.building_id, i.building_code, i.floor_no, i.unit_code, i.address,
       i.reported_at, i.dispatched_at, i.arrived_at, i.closed_at, i.commander_role,
       extract(epoch from i.dispatched_at - i.reported_at)::float8 as dispatch_s,
       extract(epoch from i.arrived_at - i.dispatched_at)::float8 as travel_s,
       st_x(p.place) as lon, st_y(p.place) as lat,
       (select s.elev_m from city.storey s where s.building_id = i.building_id and s.floor_no = i.floor_no
        and s.valid_to is null and s.superseded_at is null order by s.feature_id limit 1) as z_m
from city.incident i
cross join lateral (select st_transform(i.geometry, 4326) as place) p
where i.valid_to is null and i.superseded_at is null and i.visibility = any(%(circles)s::text[])
  and (%(open)s::boolean is null or %(open)s = (i.status not in ('closed', 'cancelled')))
  and (%(building)s::bigint is null or i.building_id = %(building)s)
order by i.reported_at desc nulls last, i.feature_id desc
limit %(limit)s
