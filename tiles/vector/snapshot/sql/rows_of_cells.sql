-- The same rows, of these cells of the touch log, that were written by a transaction from `since`
-- on. The index answers each cell; a row that stands on several comes once. Rows of the cells'
-- edges come too: who reads looks closer. Ages are compared because xmin is of 32 bits and goes
-- round; that of transaction 0 is the greatest there is.
select * from (
    select distinct on (r.ctid) r.*
    from unnest(%(east)s::int[], %(north)s::int[], %(since)s::text[]) cell (e, n, since)
    join city.{name} r on r.geometry && twin.cell_box(cell.e, cell.n, %(srid)s)
    {joins}
    where r.valid_to is null and r.superseded_at is null
        and (age(r.xmin) <= age(cell.since::xid8::xid) or {joined})
) r
