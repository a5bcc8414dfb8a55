-- Of a version that is no longer the newest the row of then; from before such rows were kept only the newest is known.
select m.id, m.source, w.name, w.schema, w.placement, w.approximate, m.georeference, w.tree,
       m.semantics_at, m.shapes_at, m.hides_lod1, l.source_date, l.file_name, l.started_at as loaded_at, l.id as load_id,
       l.counts, jsonb_array_length(l.warnings) as warnings, s.sets
from twin.model m
left join twin.load l on l.id = twin.model_load_at(m.id, %(moment)s::timestamptz)
left join twin.model_past p on p.model_id = m.id and p.load_id = l.id
cross join lateral (
    select m.name, m.schema, m.placement, m.approximate, m.tree where p.load_id is null
    union all
    select p.name, p.schema, p.placement, p.approximate, p.tree where p.load_id is not null
) w
left join lateral {sets} s on true
where m.building_id = %(building)s and m.withdrawn_at is null
order by m.id
