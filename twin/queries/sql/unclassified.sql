-- Equipment of no kind, and of a general kind although its name speaks of fire (confidence below one half).
-- Numbers in names are left out, so that S-01 and S-02 are one line of work.
select collection, ifc_class, predefined_type, type_name, called, count(*) as count,
       (array_agg(id order by id))[1:5] as examples
from (
    select 'equipment' as collection, e.feature_id as id, e.ifc_class, e.predefined_type, e.type_name,
           nullif(btrim(regexp_replace(e.name, '[0-9]+', '#', 'g')), '') as called
    from city.feature f
    join city.equipment e on e.feature_id = f.id and {valid e}
    where f.collection = 'equipment' and f.source = %(source)s and (e.kind is null or e.kind_confidence < 0.5)
      and e.visibility = any(%(circles)s::text[])
    union all
    select 'element', e.feature_id, e.ifc_class, e.predefined_type, e.type_name,
           nullif(btrim(regexp_replace(e.name, '[0-9]+', '#', 'g')), '')
    from city.feature f
    join city.element e on e.feature_id = f.id and {valid e}
    where f.collection = 'element' and f.source = %(source)s and e.ifc_class = 'IfcBuildingElementProxy'
      and e.visibility = any(%(circles)s::text[])
) o
group by collection, ifc_class, predefined_type, type_name, called
order by (collection = 'equipment') desc, count desc, ifc_class, called
