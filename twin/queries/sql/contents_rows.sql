-- Objects of one collection of a model; the words in braces come from the catalogue.
select c.feature_id as id, '{name}'::text as collection, c.global_id, {ifc_class} as ifc_class, c.name, {title} as title,
    {kind} as kind, c.floor_no, c.storey_id, c.space_id, {value} as value, {applies} as applies,
    {spoken} as spoken
from city.feature f
join city."{name}" c on c.feature_id = f.id and {valid c}
where f.collection = '{name}' and f.source = %(source)s and c.visibility = any(%(circles)s::text[])
