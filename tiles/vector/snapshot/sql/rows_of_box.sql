-- The same rows, of a box of the storage CRS.
select * from city.{name}
where geometry && st_makeenvelope(%(west)s, %(south)s, %(east)s, %(north)s, %(srid)s)
    and valid_to is null and superseded_at is null
