-- The versions that are so now; table and filters are filled from the catalogue.
(select c.* from {table} c
 where c.valid_to is null and c.superseded_at is null
   and c.visibility = any(%(circles)s::text[]) {where})
