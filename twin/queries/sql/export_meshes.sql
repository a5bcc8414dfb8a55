-- Meshes whole, as they are stored.
select m.id, m.positions, m.indices, m.materials, m.palette, m.box_min_m, m.box_max_m, m.triangles
from twin.mesh m
where m.id = any(%(ids)s::bigint[])
order by m.id
