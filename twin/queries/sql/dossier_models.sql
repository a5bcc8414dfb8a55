select m.id, m.source, m.name, m.schema, m.placement, m.approximate, m.georeference,
       -- of earlier versions the tree as it was written is not kept; what was in it is
       case when %(moment)s::timestamptz is null then m.tree end as tree,
       m.semantics_at, m.shapes_at, m.hides_lod1, l.source_date, l.file_name, l.id as load_id,
       l.counts, jsonb_array_length(l.warnings) as warnings
from twin.model m
left join twin.load l on l.id = twin.model_load_at(m.id, %(moment)s::timestamptz)
where m.building_id = %(building)s and m.withdrawn_at is null
order by m.id
