-- Loads that left a version of the model, the oldest first.
select l.id, l.file_name, l.file_sha256, l.source_date, l.started_at, l.finished_at, l.status, l.actor,
       l.georeference->'changes' as changes
from twin.load l
join twin.model m on m.source = l.source
where m.id = %(model)s and l.status in ('done', 'partial')
order by l.id
