-- Members are counted by what the caller may see.
select g.global_id, g.ifc_class, g.predefined_type, g.name,
       coalesce(array_length(g.members, 1), 0) as members,
       (select count(*) from city.feature f
        join city.equipment e on e.feature_id = f.id and {valid e}
            and e.visibility = any(%(circles)s::text[])
        where f.collection = 'equipment' and f.source = m.source and f.source_key = any(g.members)) as equipment
from twin.model_group g
join twin.model m on m.id = g.model_id
where g.model_id = %(model)s and {valid g}
order by g.ifc_class, g.name, g.global_id
