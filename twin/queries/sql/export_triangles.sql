-- How many triangles an export would draw from its meshes, before any of them is read.
select coalesce(sum(m.triangles), 0) as triangles from twin.mesh m where m.id = any(%(ids)s::bigint[])
