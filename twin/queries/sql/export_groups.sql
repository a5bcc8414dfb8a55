-- Systems and zones of the models that objects came from.
select m.source, g.global_id, g.ifc_class, g.predefined_type, g.name, g.members
from twin.model_group g
join twin.model m on m.id = g.model_id and m.withdrawn_at is null
where m.source = any(%(sources)s::text[]) and {valid g}
order by m.source, g.id
