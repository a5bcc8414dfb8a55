-- The buildings of one tile, in one snapshot that decides how long the tile is valid.
-- set_config keeps the planner from parallel workers, as for vector tiles. A body of its own that is
-- coarser than the parts is the same thing once more, and hides them: it is left out where they are about as
-- tall and wide and fill half of it. A hut on the roof, a podium, or both say nothing better of the rest.
select {snapshot}, f.*
from (values (1)) one (row)
left join lateral (
    select r.feature_id as id, r.low_m, r.top_m, r.size_m,
        array[r.x_min, r.y_min, r.low_m, r.x_max, r.y_max, r.top_m] as around,
        case when o.own then st_asbinary(r.solid) end as solid,
        case when o.own and r.solid is null then r.shell end as shell,
        case
            when r.solid is null and r.shell is null and r.part_of is null then st_asbinary(r.geometry)
        end as footprint,
        r.part_solids, r.part_shells, r.part_plans, r.part_lows_m, r.part_tops_m{columns}
    from ({buildings}) r
    cross join lateral (
        select not coalesce(
            case when r.part_lod > coalesce(r.lod, 0) then
                st_zmax(r.part_box) - st_zmin(r.part_box) >= 0.75 * (r.top_m - r.low_m)
                and st_xmax(r.part_box) - st_xmin(r.part_box) >= 0.5 * (r.x_max - r.x_min)
                and st_ymax(r.part_box) - st_ymin(r.part_box) >= 0.5 * (r.y_max - r.y_min)
                and (
                    select sum(least(p.area_m2, st_area(r.geometry)) * p.height_m)
                    from unnest(r.part_areas_m2, r.part_heights_m) p (area_m2, height_m)
                ) >= 0.5 * st_area(r.geometry) * (r.top_m - r.low_m)
            end,
            false
        ) as own
    ) o
    {joins}
    where r.size_m >= %(from_m)s
    order by r.feature_id
) f on true
