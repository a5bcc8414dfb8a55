-- The rows of a page, if they are among the first so many ids: in a large box they mostly are.
(select w.* from (
    select c.* from {table} c
    where c.valid_to is null and c.superseded_at is null
      and c.visibility = any(%(circles)s::text[]) and c.feature_id > %(after)s
    order by c.feature_id limit %(walked)s
) w, lateral (select w.*) c
where true {where}
order by w.feature_id limit %(limit)s + 1)
