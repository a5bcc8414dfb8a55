-- What stands where a batch of new features will: by box of the plan geometry, or by code.
with new as (
    select n.row, n.code, st_setsrid(st_geomfromwkb(n.wkb), %(srid)s) as shape
    from unnest(%(rows)s::int[], %(codes)s::text[], %(shapes)s::bytea[]) as n (row, code, wkb)
),
near as (
    select n.row, c.version_id from new n join {table} c on c.geometry && n.shape
        where c.valid_to is null and c.superseded_at is null
    union
    select n.row, c.version_id from new n join {table} c on c.code = n.code
        where c.valid_to is null and c.superseded_at is null
)
select near.row, f.source, f.source_key, c.code, coalesce(c.code = n.code, false) as same_code,
    st_asbinary(c.geometry) as wkb
from near
join new n using (row)
join {table} c using (version_id)
join city.feature f on f.id = c.feature_id
where f.source <> %(source)s
order by near.row, c.feature_id
limit %(limit)s
