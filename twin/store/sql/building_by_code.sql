-- The register's row, if there is one, before a row some model brought along.
select b.feature_id as id, f.source, f.source_key, b.code
from city.building b
join city.feature f on f.id = b.feature_id
where b.code = %(code)s and b.valid_to is null and b.superseded_at is null
order by exists (select from twin.model m where m.source = f.source), b.feature_id
limit 1
