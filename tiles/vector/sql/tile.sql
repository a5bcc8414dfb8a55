-- Every layer of a tile in one round trip and one snapshot, which says how long the tile
-- is valid. set_config is there for what the planner makes of it: a statement that calls it
-- gets no parallel workers, which cost more than a tile (measured: 2 to 55 times).
select set_config('twin.tile', 'on', true),
    -- A standby does not list what is still running; there, nothing from xmin on counts as seen.
    case when pg_is_in_recovery()
        then pg_snapshot_xmin(pg_current_snapshot()) || ':' || pg_snapshot_xmin(pg_current_snapshot()) || ':'
        else pg_current_snapshot()::text
    end as snapshot{contents}
from (values (1)) one (row){layers}
