select b.feature_id as id, f.source, f.source_key, b.code
from city.building b
join city.feature f on f.id = b.feature_id
where b.feature_id = %(id)s and b.valid_to is null and b.superseded_at is null
