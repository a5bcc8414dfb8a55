select l.id, l.source, l.file_name, l.format, l.crs, l.mode, l.source_date, l.licence, l.status, l.started_at,
       l.finished_at, l.seconds, l.counts, l.warnings, l.actor, r.rejections
from twin.load l
cross join lateral (select count(*) as rejections from twin.rejection where load_id = l.id) r
order by l.id desc
limit %(limit)s
