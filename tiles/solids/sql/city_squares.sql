-- Which squares have buildings of which level above the leaf, how many, the box around them, what it takes
-- to draw a block in their place, and who they are where they are large. `lost`: no base is known, so that
-- they cannot be drawn. A height that is not known adds nothing to known_m2 and volume_m3.
select {snapshot}, f.*
from (values (1)) one (row)
left join lateral (
    select floor((r.x_min + r.x_max) / 2 / %(side_m)s)::int as x,
        floor((r.y_min + r.y_max) / 2 / %(side_m)s)::int as y,
        width_bucket(r.size_m, %(steps_m)s::float8[]) as above,
        r.low_m is null as lost,
        min(least(r.x_min, st_xmin(r.body))) as west, min(least(r.y_min, st_ymin(r.body))) as south,
        max(greatest(r.x_max, st_xmax(r.body))) as east, max(greatest(r.y_max, st_ymax(r.body))) as north,
        min(r.low_m) as low_m, max(r.top_m) as top_m,
        count(*) as buildings, sum(p.plan_m2) as plan_m2,
        sum(p.plan_m2 * (r.x_min + r.x_max) / 2) as east_m3,
        sum(p.plan_m2 * (r.y_min + r.y_max) / 2) as north_m3,
        sum(p.plan_m2 * r.low_m) as base_m3,
        sum(p.plan_m2) filter (where r.top_m > r.low_m) as known_m2,
        sum(p.plan_m2 * (r.top_m - r.low_m)) as volume_m3,
        array_agg(r.feature_id) filter (where r.size_m >= %(small_m)s) as ids
    from ({buildings}) r
    cross join lateral (select greatest(st_area(r.geometry), 0.01) as plan_m2 offset 0) p
    group by 1, 2, 3, 4
) f on true
