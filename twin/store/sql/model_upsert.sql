-- Shapes of the version before stay until the new ones are there; shapes_at tells which they are.
insert into twin.model (
    source, load_id, building_id, name, schema, placement, approximate, georeference, matrix, tree,
    semantics_at, hides_lod1
)
values (
    %(source)s, %(load_id)s, %(building_id)s, %(name)s, %(schema)s, %(placement)s, %(approximate)s,
    %(georeference)s, %(matrix)s, %(tree)s, now(), false
)
on conflict (source) do update
set load_id = excluded.load_id, building_id = excluded.building_id, name = excluded.name,
    schema = excluded.schema, placement = excluded.placement, approximate = excluded.approximate,
    georeference = excluded.georeference, matrix = excluded.matrix, tree = excluded.tree,
    semantics_at = excluded.semantics_at, withdrawn_at = null
returning id
