-- The nearest of any state, and the nearest that gives water should none of those do.
-- A broken or blocked one is shown, but after all that can be used; of unknown state between.
with here as (
    select st_transform(st_setsrid(st_makepoint(%(lon)s, %(lat)s), 4326), %(srid)s::int) as point
), any_state as (
    select h.feature_id, h.code, h.kind, h.state, h.flow_lps, h.pressure_mpa, h.outlets, h.road, h.checked_on, h.geometry
    from city.hydrant h
    where {valid h} and h.visibility = any(%(circles)s::text[])
    order by h.geometry <-> (select point from here)
    limit %(limit)s
), in_order as (
    select h.feature_id, h.code, h.kind, h.state, h.flow_lps, h.pressure_mpa, h.outlets, h.road, h.checked_on, h.geometry
    from city.hydrant h
    where {valid h} and h.visibility = any(%(circles)s::text[])
      and h.state in ('正常', '低压', 'normal', 'ok', 'low_pressure')
    order by h.geometry <-> (select point from here)
    limit 1
), found as (
    select * from any_state
    union
    select * from in_order
)
select f.feature_id as id, f.code, f.kind, f.state, f.flow_lps, f.pressure_mpa, f.outlets, f.road, f.checked_on,
       d.distance_m, u.usable,
       st_x(d.place) as lon, st_y(d.place) as lat
from found f
cross join here
cross join lateral (
    select st_distance(f.geometry, here.point) as distance_m, st_transform(f.geometry, 4326) as place) d
cross join lateral (
    select case when f.state in ('正常', '低压', 'normal', 'ok', 'low_pressure') then true
                when f.state is not null then false end as usable) u
order by case u.usable when true then 0 when false then 2 else 1 end, d.distance_m, f.feature_id
limit %(limit)s
