-- The box's middle is enough to see a constant offset, and cheap.
select
    (st_xmin(c.geometry) + st_xmax(c.geometry)) / 2,
    (st_ymin(c.geometry) + st_ymax(c.geometry)) / 2
from {table} c
join city.feature f on f.id = c.feature_id
where c.geometry && st_makeenvelope(
        %(west)s, %(south)s, %(east)s, %(north)s,
        (select value::int from twin.about where key = 'storage_srid'))
    and c.valid_to is null and c.superseded_at is null
    and f.source <> %(source)s
limit %(limit)s
