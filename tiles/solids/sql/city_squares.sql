-- Which squares have buildings of which level above the leaf, how many, the box around them, what it takes
-- to draw a block in their place, and who they are where they are large. `lost`: no base is known, so that
-- they cannot be drawn. A height that is not known adds nothing to known_m2 and volume_m3.
-- One row, each column all its numbers one after another: a row a square takes the reader as long as the
-- rest takes the server. Not a number: not known.
select {snapshot}, f.*
from (values (1)) one (row)
cross join lateral (
    select string_agg(float8send(g.x), '') as x, string_agg(float8send(g.y), '') as y,
        string_agg(float8send(g.above), '') as above, string_agg(float8send(g.lost::int), '') as lost,
        string_agg(float8send(g.west), '') as west, string_agg(float8send(g.south), '') as south,
        string_agg(float8send(g.east), '') as east, string_agg(float8send(g.north), '') as north,
        string_agg(float8send(coalesce(g.low_m, 'nan')), '') as low_m,
        string_agg(float8send(coalesce(g.top_m, 'nan')), '') as top_m,
        string_agg(float8send(g.buildings), '') as buildings, string_agg(float8send(g.large), '') as large,
        string_agg(float8send(g.plan_m2), '') as plan_m2,
        string_agg(float8send(g.east_m3), '') as east_m3, string_agg(float8send(g.north_m3), '') as north_m3,
        string_agg(float8send(coalesce(g.base_m3, 0)), '') as base_m3,
        string_agg(float8send(coalesce(g.known_m2, 0)), '') as known_m2,
        string_agg(float8send(coalesce(g.volume_m3, 0)), '') as volume_m3,
        string_agg(g.ids, '') as ids
    from (
        select floor((r.x_min + r.x_max) / 2 / %(side_m)s) as x,
            floor((r.y_min + r.y_max) / 2 / %(side_m)s) as y,
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
            count(*) filter (where r.size_m >= %(small_m)s) as large,
            string_agg(int8send(r.feature_id), '') filter (where r.size_m >= %(small_m)s) as ids
        from ({buildings}) r
        cross join lateral (select greatest(st_area(r.geometry), 0.01) as plan_m2 offset 0) p
        group by 1, 2, 3, 4
    ) g
) f
