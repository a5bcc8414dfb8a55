select l.file_name, l.file_sha256
from twin.model m
join twin.load l on l.id = m.load_id
where m.id = %(id)s and m.withdrawn_at is null
for update of m
