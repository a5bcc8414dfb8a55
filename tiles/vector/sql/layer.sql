-- One layer of one tile; the words in braces come from the catalogue. One row comes back
-- however empty the tile is. ST_AsMVT passes over rows whose geometry is null.
select st_asmvt(f, '{name}', 4096, 'geometry', 'id'{order}) as content,
    count(*) filter (where r.small) as dropped
from (select r.*, {small} as small from ({rows}) r) r
{joins}
cross join lateral (
    select r.feature_id as id{columns},
        case when not r.small then st_asmvtgeom(
            {geometry},
            st_tileenvelope(%(z)s::int, %(x)s::int, %(y)s::int), 4096, 64, true
        ) end as geometry
) f
