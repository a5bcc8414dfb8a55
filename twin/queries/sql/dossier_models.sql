select m.id, m.source, m.name, m.schema, m.placement, m.approximate, m.georeference, m.tree,
       m.semantics_at, m.shapes_at, m.hides_lod1, l.source_date, l.file_name, l.id as load_id,
       l.counts, jsonb_array_length(l.warnings) as warnings
from twin.model m
left join twin.load l on l.id = m.load_id
where m.building_id = %(building)s and m.withdrawn_at is null
order by m.id
