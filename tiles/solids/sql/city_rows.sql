-- Buildings of a square with what decides their tile: the middle of the plan and the size. A
-- building whose own model is shown is left out, as the vector tiles say by `has_model`.
select b.*, greatest(b.x_max - b.x_min, b.y_max - b.y_min, b.top_m - b.low_m, 0) as size_m
from (
    select r.*,
        st_xmin(r.geometry) as x_min, st_xmax(r.geometry) as x_max,
        st_ymin(r.geometry) as y_min, st_ymax(r.geometry) as y_max,
        coalesce(st_zmin(r.solid), r.z_min_m, r.elev_base_m) as low_m,
        coalesce(
            st_zmax(r.solid),
            coalesce(r.z_min_m, r.elev_base_m) + r.height_m,
            r.z_max_m, r.z_min_m, r.elev_base_m
        ) as top_m
    from ({rows}) r
    where not ({hidden})
) b
where (b.x_min + b.x_max) / 2 >= %(west)s and (b.x_min + b.x_max) / 2 < %(east)s
    and (b.y_min + b.y_max) / 2 >= %(south)s and (b.y_min + b.y_max) / 2 < %(north)s
