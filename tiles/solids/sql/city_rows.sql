-- Buildings of a square with what decides their tile: the middle of the plan and the size. A
-- building whose own model is shown is left out, as the vector tiles say by `has_model`.
-- `offset 0` keeps the boxes from being computed anew wherever a side of them is named.
select b.*, greatest(b.x_max - b.x_min, b.y_max - b.y_min, b.top_m - b.low_m, 0) as size_m
from (
    select r.*,
        st_xmin(r.plan) as x_min, st_xmax(r.plan) as x_max,
        st_ymin(r.plan) as y_min, st_ymax(r.plan) as y_max,
        coalesce(st_zmin(r.body), r.z_min_m, r.elev_base_m) as low_m,
        coalesce(
            st_zmax(r.body),
            coalesce(r.z_min_m, r.elev_base_m) + r.height_m,
            r.z_max_m, r.z_min_m, r.elev_base_m
        ) as top_m
    from (
        select r.*, box3d(r.geometry) as plan, box3d(r.solid) as body
        from ({rows}) r
        where not ({hidden})
        offset 0
    ) r
    offset 0
) b
where (b.x_min + b.x_max) / 2 >= %(west)s and (b.x_min + b.x_max) / 2 < %(east)s
    and (b.y_min + b.y_max) / 2 >= %(south)s and (b.y_min + b.y_max) / 2 < %(north)s
