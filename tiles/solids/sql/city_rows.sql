-- Buildings of a square with what decides their tile: the middle of the plan and the size. A
-- building whose own model is shown is left out, as the vector tiles say by `has_model`.
-- `offset 0` keeps the boxes from being computed anew wherever a side of them is named. A body that is
-- no closed solid says its box beside its faces. What a building is made of counts with it: its parts
-- are shown as the building, wherever they reach.
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
        select r.*, p.*, box3d(r.geometry) as plan,
            st_combinebbox(case
                when r.solid is not null then box3d(r.solid)
                when r.shell is not null then st_3dmakebox(
                    st_makepoint((s.box->0->>0)::float8, (s.box->0->>1)::float8, (s.box->0->>2)::float8),
                    st_makepoint((s.box->1->>0)::float8, (s.box->1->>1)::float8, (s.box->1->>2)::float8))
            end, p.part_box) as body
        from ({rows}) r
        left join lateral (select r.shell->'box' as box offset 0) s on r.solid is null
        left join ({parts}) p on p.part_of = r.feature_id
        where not ({hidden})
        offset 0
    ) r
    offset 0
) b
where (b.x_min + b.x_max) / 2 >= %(west)s and (b.x_min + b.x_max) / 2 < %(east)s
    and (b.y_min + b.y_max) / 2 >= %(south)s and (b.y_min + b.y_max) / 2 < %(north)s
