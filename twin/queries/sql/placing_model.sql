-- What the georeference doctor needs to know of a model.
select
    m.id, m.source, m.name, m.building_id, m.matrix, m.georeference, m.placement, m.load_id,
    st_asbinary(m.footprint) as footprint, l.file_name
from twin.model m
left join twin.load l on l.id = m.load_id
where m.source = %(source)s and m.withdrawn_at is null
