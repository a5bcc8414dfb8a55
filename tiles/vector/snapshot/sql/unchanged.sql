-- Public rows on these cells that were there before transaction `since` of their cell, which a copy
-- read then has, and nothing joined to them was written since: their ids, eight bytes each.
select coalesce(string_agg(int8send(r.feature_id), ''::bytea), ''::bytea) as ids
from unnest(%(east)s::int[], %(north)s::int[], %(since)s::text[]) cell (e, n, since)
join city.{name} r on r.geometry && st_makeenvelope(
    cell.e * 1000.0, cell.n * 1000.0, (cell.e + 1) * 1000.0, (cell.n + 1) * 1000.0, %(srid)s)
{joins}
where r.valid_to is null and r.superseded_at is null and r.visibility = 'public'
    and not st_isempty(r.geometry)
    and not (age(r.xmin) <= age(cell.since::xid8::xid) or {joined})
