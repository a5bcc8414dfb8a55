insert into twin.placement (feature_id, part, model_id, mesh_id, matrix)
select feature_id, part, %(model_id)s, mesh_id, matrix from new_placements
on conflict (feature_id, part) do update
set model_id = excluded.model_id, mesh_id = excluded.mesh_id, matrix = excluded.matrix
where (placement.model_id, placement.mesh_id, placement.matrix)
    is distinct from (excluded.model_id, excluded.mesh_id, excluded.matrix)
