update {table}
set valid_to = greatest(now(), valid_from)
where feature_id = %(id)s and valid_to is null and superseded_at is null
