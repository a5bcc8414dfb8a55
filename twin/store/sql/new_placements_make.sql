create temp table new_placements on commit drop as
select feature_id, part, mesh_id, matrix from twin.placement with no data
