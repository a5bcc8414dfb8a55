-- Rows a tile may show as of a moment. The two halves are what the two partial indexes
-- hold: versions still current, and versions closed since.
select * from city.{name}
where geometry && st_makeenvelope(%(west)s, %(south)s, %(east)s, %(north)s, %(srid)s)
    and valid_to is null and superseded_at is null
    and (valid_from is null or valid_from <= %(moment)s)
    and visibility = any(%(access)s)
union all
select * from city.{name}
where geometry && st_makeenvelope(%(west)s, %(south)s, %(east)s, %(north)s, %(srid)s)
    and not (valid_to is null and superseded_at is null)
    and superseded_at is null and valid_to > %(moment)s
    and (valid_from is null or valid_from <= %(moment)s)
    and visibility = any(%(access)s)
