-- The usual ground under public buildings: the median of a sample, for there may be a million.
-- The size of the table is what was last counted; of one that never was, all of it is read.
select percentile_disc(0.5) within group (order by b.elev_base_m) as ground_m
from city.building b tablesample system (
    (select least(100, 100.0 * %(sample)s / greatest(c.reltuples, 1)) from pg_class c where c.oid = 'city.building'::regclass)
)
where b.valid_to is null and b.superseded_at is null and b.visibility = 'public'
