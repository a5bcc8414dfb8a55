-- Rows a tile may show as the city is now. The envelope arrives in the storage CRS, so the
-- index answers and no row is transformed before it is chosen.
select * from city.{name}
where geometry && st_makeenvelope(%(west)s, %(south)s, %(east)s, %(north)s, %(srid)s)
    and valid_to is null and superseded_at is null
    and visibility = any(%(access)s)
