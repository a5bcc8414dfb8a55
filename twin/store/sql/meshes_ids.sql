select m.content_hash, m.id
from twin.mesh m
where exists (select from new_meshes n where n.content_hash = m.content_hash)
