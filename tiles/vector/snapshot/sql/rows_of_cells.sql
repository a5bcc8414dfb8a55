-- The same rows, of these cells of the touch log. The index answers each cell; a row that
-- stands on several comes once. Rows of the cells' edges come too: who reads looks closer.
select * from (
    select distinct on (r.ctid) r.*
    from unnest(%(east)s::int[], %(north)s::int[]) cell (e, n)
    join city.{name} r on r.geometry && st_makeenvelope(
        cell.e * 1000.0, cell.n * 1000.0, (cell.e + 1) * 1000.0, (cell.n + 1) * 1000.0, %(srid)s)
    where r.valid_to is null and r.superseded_at is null
) r
