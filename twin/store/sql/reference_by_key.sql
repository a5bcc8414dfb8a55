-- The newest object wins where two sources use the same key.
select f.source_key, max(f.id)
from unnest(%(keys)s::text[]) as k (source_key)
join city.feature f using (source_key)
where f.collection = %(collection)s
    and (%(source)s::text is null or f.source = %(source)s)
group by f.source_key
