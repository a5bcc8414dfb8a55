-- A code may be all digits, so it is looked for first.
select feature_id
from (
    select b.feature_id, 1 as turn from city.building b
    where b.code = %(code)s::text and {valid b} and b.visibility = any(%(circles)s::text[])
    union all
    select b.feature_id, 2 from city.building b
    where b.feature_id = %(id)s::bigint and {valid b} and b.visibility = any(%(circles)s::text[])
) f
order by turn
limit 1
