-- Which leaves of a square have buildings of which level above the leaf, and the box around them.
select {snapshot}, f.*
from (values (1)) one (row)
left join lateral (
    select floor(((r.x_min + r.x_max) / 2 - %(root_west)s) / %(leaf_m)s)::int as x,
        floor(((r.y_min + r.y_max) / 2 - %(root_south)s) / %(leaf_m)s)::int as y,
        width_bucket(r.size_m, %(steps_m)s::float8[]) as above,
        min(least(r.x_min, st_xmin(r.body))) as west, min(least(r.y_min, st_ymin(r.body))) as south,
        max(greatest(r.x_max, st_xmax(r.body))) as east, max(greatest(r.y_max, st_ymax(r.body))) as north,
        min(r.low_m) as low_m, max(r.top_m) as top_m
    from ({buildings}) r
    where r.low_m is not null
    group by 1, 2, 3
) f on true
