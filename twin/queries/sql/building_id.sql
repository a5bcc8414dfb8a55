select feature_id
from city.building
where valid_to is null and superseded_at is null
  and visibility = any(%(circles)s::text[])
  and (code = %(code)s::text or feature_id = %(id)s::bigint)
order by (code = %(code)s::text) desc nulls last
limit 1
