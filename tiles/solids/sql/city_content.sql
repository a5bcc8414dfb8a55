-- The buildings of one tile, in one snapshot that decides how long the tile is valid.
-- set_config keeps the planner from parallel workers, as for vector tiles.
select {snapshot}, f.*
from (values (1)) one (row)
left join lateral (
    select r.feature_id as id, r.low_m, r.top_m, st_asbinary(r.solid) as solid,
        case when r.solid is null then r.shell end as shell,
        case when r.solid is null and r.shell is null then st_asbinary(r.geometry) end as footprint{columns}
    from ({buildings}) r
    {joins}
    where r.size_m >= %(from_m)s and r.size_m < %(below_m)s
    order by r.feature_id
) f on true
