insert into seen (feature_id)
select f.id
from unnest(%(keys)s::text[]) as k (source_key)
join city.feature f using (source_key)
where f.collection = %(collection)s and f.source = %(source)s
