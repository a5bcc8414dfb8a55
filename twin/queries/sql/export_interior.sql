-- Rows of a layer inside buildings, with what is needed to write them as a model. The
-- markers are filled from the catalogue: values are the columns the caller may read.
select c.feature_id as id, f.source_key, f.source, c.building_id, c.parent_id, c.storey_id, c.space_id, c.floor_no,
    c.z_min_m, c.z_max_m, c.properties, to_jsonb((select v from (select {values}) v)) as fields,
    {solid} as solid, {plan} as plan, s.sets
from {table} c
join city.feature f on f.id = c.feature_id
left join lateral (
    select p.sets from {sets} p order by p.model_id desc limit 1
) s on true
where {valid c} and c.visibility = any(%(circles)s::text[])
    and c.building_id = any(%(buildings)s::bigint[])
order by c.building_id, c.feature_id
limit %(limit)s
