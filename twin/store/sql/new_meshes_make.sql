create temp table new_meshes on commit drop as
select content_hash, positions, indices, materials, palette, box_min_m, box_max_m, vertices, triangles
from twin.mesh with no data
