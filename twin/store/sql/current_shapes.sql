-- Shapes as they stand, so that a newer file's meaning does not take them off the map
-- before its own shapes are there.
select f.source_key, {geometry} as geometry, {solid} as solid, c.z_min_m, c.z_max_m {columns}
from {table} c
join city.feature f on f.id = c.feature_id
where f.collection = %(collection)s and f.source = %(source)s
    and c.valid_to is null and c.superseded_at is null
