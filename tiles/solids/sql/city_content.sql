-- The buildings of one tile, in one snapshot that decides how long the tile is valid.
-- set_config keeps the planner from parallel workers, as for vector tiles. A body of its own that is
-- coarser than the parts is the same thing once more, and hides them: it is left out.
select {snapshot}, f.*
from (values (1)) one (row)
left join lateral (
    select r.feature_id as id, r.low_m, r.top_m,
        case when o.own then st_asbinary(r.solid) end as solid,
        case when o.own and r.solid is null then r.shell end as shell,
        case
            when r.solid is null and r.shell is null and p.building_id is null then st_asbinary(r.geometry)
        end as footprint,
        p.solids as part_solids, p.shells as part_shells, p.plans as part_plans,
        p.lows_m as part_lows_m, p.tops_m as part_tops_m{columns}
    from ({buildings}) r
    left join {each} ({part_bodies}) p on p.building_id = r.feature_id
    cross join lateral (select not coalesce(p.lod > coalesce(r.lod, 0), false) as own) o
    {joins}
    where r.size_m >= %(from_m)s and r.size_m < %(below_m)s
    order by r.feature_id
) f on true
