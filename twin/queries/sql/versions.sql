-- The versions that were so at some time between start and end (either may be open), of
-- several the newest. Two halves, so that each is found by its own partial index.
(select distinct on (feature_id) v.*
 from (
     select c.* from {table} c
     where c.valid_to is null and c.superseded_at is null
       and (c.valid_from is null or %(end)s::timestamptz is null or c.valid_from <= %(end)s)
       and c.visibility = any(%(circles)s::text[]) {where}
     union all
     select c.* from {table} c
     where not (c.valid_to is null and c.superseded_at is null) and c.superseded_at is null
       and (c.valid_from is null or %(end)s::timestamptz is null or c.valid_from <= %(end)s)
       and (%(start)s::timestamptz is null or c.valid_to > %(start)s)
       and c.visibility = any(%(circles)s::text[]) {where}
 ) v
 order by feature_id, valid_from desc nulls last, version_id desc)
