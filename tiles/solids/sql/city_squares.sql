-- Which leaves have buildings of which level above the leaf, the box around them, and who they are
-- above the leaf, where they are few. `lost`: no base is known, so that they cannot be drawn.
select {snapshot}, f.*
from (values (1)) one (row)
left join lateral (
    select floor((r.x_min + r.x_max) / 2 / %(leaf_m)s)::int as x,
        floor((r.y_min + r.y_max) / 2 / %(leaf_m)s)::int as y,
        width_bucket(r.size_m, %(steps_m)s::float8[]) as above,
        r.low_m is null as lost,
        min(least(r.x_min, st_xmin(r.body))) as west, min(least(r.y_min, st_ymin(r.body))) as south,
        max(greatest(r.x_max, st_xmax(r.body))) as east, max(greatest(r.y_max, st_ymax(r.body))) as north,
        min(r.low_m) as low_m, max(r.top_m) as top_m,
        array_agg(r.feature_id) filter (where r.size_m >= %(small_m)s) as ids
    from ({buildings}) r
    group by 1, 2, 3, 4
) f on true
