-- Objects of this source that the new file no longer has were there until now.
update {table} c
set valid_to = greatest(now(), c.valid_from)
from city.feature f
where f.id = c.feature_id
    and f.collection = %(collection)s and f.source = %(source)s
    and c.valid_to is null and c.superseded_at is null
    and not exists (select from seen where seen.feature_id = c.feature_id)
