-- Rows of a layer with bodies, with what is needed to hand them on. The markers are
-- filled from the catalogue: values are the columns the caller may read.
select c.feature_id as id, f.source_key, coalesce(l.source, f.source) as source, l.source_date, c.recorded_at,
    c.load_id, c.confidence, c.building_id, c.parent_id, c.z_min_m, c.properties,
    to_jsonb((select v from (select {values}) v)) as fields, c.surfaces, c.shell,
    st_asbinary(c.solid, 'NDR') as solid, st_asbinary(c.geometry, 'NDR') as plan
from {table} c
join city.feature f on f.id = c.feature_id
left join twin.load l on l.id = c.load_id
where {valid c} and c.visibility = any(%(circles)s::text[])
    and {where}
order by c.feature_id
limit %(limit)s
