-- Public rows on these cells that were there before transaction `since` of their cell, which a copy
-- read then has, and nothing joined to them was written since: their ids, eight bytes each.
select coalesce(string_agg(int8send(r.feature_id), ''::bytea), ''::bytea) as ids
from unnest(%(east)s::int[], %(north)s::int[], %(since)s::text[]) cell (e, n, since)
join city.{name} r on r.geometry && twin.cell_box(cell.e, cell.n, %(srid)s)
{joins}
where r.valid_to is null and r.superseded_at is null and r.visibility = 'public'
    and not st_isempty(r.geometry)
    and not (age(r.xmin) <= age(cell.since::xid8::xid) or {joined})
