-- In hash order, so that two models with the same doors never wait for each other in a circle.
insert into twin.mesh (
    content_hash, positions, indices, materials, palette, box_min_m, box_max_m, vertices, triangles
)
select distinct on (content_hash)
    content_hash, positions, indices, materials, palette, box_min_m, box_max_m, vertices, triangles
from new_meshes
order by content_hash
on conflict (content_hash) do nothing
