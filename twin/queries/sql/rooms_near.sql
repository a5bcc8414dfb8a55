-- Rooms and the thing are upright prisms, so the distance in space is that of the plans and the
-- gap of the heights, put together. Pieces of the same name that stand on each other in one
-- building, a riser drawn storey by storey, are one thing where `stacked` says so. Distances are compared
-- as they are shown, to 1 mm: 30 m east of a storage coordinate is 30.00000000006 m away.
with chosen as (
    select feature_id, building_id, ifc_class, name, system, geometry, z_min_m, z_max_m
    from city.element v
    where feature_id = %(element)s and {valid v}
      and visibility = any(%(circles)s::text[])
), riser as (
    select c.geometry, min(e.z_min_m) as low_m, max(e.z_max_m) as high_m
    from chosen c
    join city.element e on {valid e}
        and e.visibility = any(%(circles)s::text[])
        and (e.feature_id = c.feature_id
             or %(stacked)s and e.geometry && c.geometry and e.building_id = c.building_id
                and e.ifc_class = c.ifc_class and e.name = c.name
                and e.system is not distinct from c.system and st_intersects(e.geometry, c.geometry))
    group by c.geometry
), near as (
    select s.feature_id as id, s.name, s.long_name, s.use, s.building_id, s.floor_no,
           st_distance(s.geometry, r.geometry) as plan_m,
           greatest(s.z_min_m - r.high_m, r.low_m - s.z_max_m, 0) as rise_m,
           s.z_min_m is null or s.z_max_m is null or r.low_m is null or r.high_m is null as unknown
    from riser r
    join city.space s on st_dwithin(s.geometry, r.geometry, %(within_m)s + 0.001)
    where {valid s} and s.visibility = any(%(circles)s::text[])
)
select id, name, long_name, use, building_id, floor_no,
       case when not unknown then round(sqrt(plan_m ^ 2 + rise_m ^ 2)::numeric, 3)::float8 end as distance_m
from near
where unknown or round(sqrt(plan_m ^ 2 + rise_m ^ 2)::numeric, 3) <= %(within_m)s::numeric
order by distance_m nulls last, id
