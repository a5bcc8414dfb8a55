-- Objects of this source that the new file no longer has were there until now. Their ids come as one
-- array, so that the index of versions answers: statistics of what this transaction wrote are not there
-- yet, and as a join the planner compared every row of a layer with every object of the source.
update {table} c
set valid_to = greatest(now(), c.valid_from)
where c.feature_id = any(array(
        select f.id from city.feature f
        where f.collection = %(collection)s and f.source = %(source)s
            and not exists (select from seen where seen.feature_id = f.id)
    ))
    and c.valid_to is null and c.superseded_at is null
