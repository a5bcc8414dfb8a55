select count(*) as total, count(e.kind) filter (where coalesce(e.kind_confidence, 1) >= 0.5) as classified
from city.feature f
join city.equipment e on e.feature_id = f.id and {valid e}
where f.collection = 'equipment' and f.source = %(source)s and e.visibility = any(%(circles)s::text[])
