select m.id
from twin.model m
join twin.load l on l.id = m.load_id
where l.file_sha256 = %(sha256)s and m.withdrawn_at is null
  and not exists (
      select from twin.model_check c where c.model_id = m.id and c.file_sha256 = l.file_sha256
  )
order by m.id
