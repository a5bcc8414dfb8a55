-- Where an object of a building model belongs. An object may be in no model (drawn by hand).
select f.id, f.collection, m.id as model_id, m.name as model_name, m.building_id, b.code as building_code,
    l.file_name, l.source_date, l.id as load_id, p.sets,
    exists (select from twin.model_group g where g.model_id = m.id and {valid g}
        and g.ifc_class not in ('IfcZone', 'IfcSpatialZone'))
        as has_systems,
    exists (select from city.space s where s.building_id = m.building_id and s.compartment is not null
        and {valid s}) as has_compartments,
    (select coalesce(jsonb_agg(jsonb_build_object('global_id', g.global_id, 'ifc_class', g.ifc_class,
            'predefined_type', g.predefined_type, 'name', g.name) order by g.name, g.global_id), '[]')
     from twin.model_group g where g.model_id = m.id and {valid g} and f.source_key = any(g.members)) as groups
from city.feature f
left join twin.model m on m.source = f.source
left join twin.load l on l.id = twin.model_load_at(m.id, %(moment)s::timestamptz)
left join city.building b on b.feature_id = m.building_id and {valid b}
left join lateral {sets} p on true
where f.id = %(id)s and f.collection = any(%(collections)s)
    and (b.feature_id is null or b.visibility = any(%(circles)s::text[]))
