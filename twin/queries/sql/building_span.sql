-- From when to when anything by that code or id stood, as is known today; null where that end is open.
select nullif(min(coalesce(b.valid_from, '-infinity')), '-infinity') as begun,
       nullif(max(coalesce(b.valid_to, 'infinity')), 'infinity') as ended
from city.building b
where (b.code = %(code)s::text or b.feature_id = %(id)s::bigint) and b.superseded_at is null
  and b.visibility = any(%(circles)s::text[])
having count(*) > 0
