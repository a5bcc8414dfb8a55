-- Whether a layer has a row near a tile.
select exists (
    select from city.{name}
    where geometry && st_makeenvelope(%(west)s, %(south)s, %(east)s, %(north)s, %(srid)s)
        and valid_to is null and superseded_at is null and visibility = any(%(access)s)
) as there
