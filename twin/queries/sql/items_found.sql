-- What lies in a box is found once: it says which rows are the page's, and how many there are in all.
with found as materialized (
    select c.ctid as at, c.feature_id from {table} c
    where c.valid_to is null and c.superseded_at is null
      and c.visibility = any(%(circles)s::text[]) {where}
), page as (
    select at from found where feature_id > %(after)s order by feature_id limit %(limit)s + 1
)
