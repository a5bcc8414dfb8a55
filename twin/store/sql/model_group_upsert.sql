insert into twin.model_group (model_id, global_id, ifc_class, predefined_type, name, members)
values (%(model_id)s, %(global_id)s, %(ifc_class)s, %(predefined_type)s, %(name)s, %(members)s::text[])
on conflict (model_id, global_id) do update
set ifc_class = excluded.ifc_class, predefined_type = excluded.predefined_type,
    name = excluded.name, members = excluded.members
