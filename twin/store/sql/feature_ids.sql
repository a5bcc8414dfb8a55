-- Ids of known objects, in the order of the keys; null for a new one.
select f.id
from unnest(%(keys)s::text[]) with ordinality as k (source_key, place)
left join city.feature f
    on f.collection = %(collection)s and f.source = %(source)s and f.source_key = k.source_key
order by k.place
