select m.id
from twin.model m
join twin.load l on l.id = m.load_id
where l.file_sha256 = %(sha256)s and m.withdrawn_at is null
order by m.id
