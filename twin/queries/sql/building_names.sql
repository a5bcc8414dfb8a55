-- What buildings are called.
select b.feature_id as id, b.code, b.name_zh, b.name_en
from city.building b
where b.feature_id = any(%(ids)s::bigint[]) and {valid b}
    and b.visibility = any(%(circles)s::text[])
