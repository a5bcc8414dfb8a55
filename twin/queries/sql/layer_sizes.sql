-- The partial index of present rows knows their number as of the last analysis.
select t.name, nullif(i.reltuples, -1)::bigint as count, r.relpages < 2000 as small,
       e.west, e.south, e.east, e.north
from unnest(%(names)s::text[]) t(name)
left join pg_class i on i.oid = to_regclass('city.' || quote_ident(t.name || '_current'))
left join pg_class r on r.oid = to_regclass('city.' || quote_ident(t.name))
left join lateral (
    select st_xmin(b.g) as west, st_ymin(b.g) as south, st_xmax(b.g) as east, st_ymax(b.g) as north
    from (
        -- ST_EstimatedExtent may look at the index of the past only; the statistics see all rows
        select st_transform(st_makeenvelope(
            (x.e #>> '{min,0}')::float8, (x.e #>> '{min,1}')::float8,
            (x.e #>> '{max,0}')::float8, (x.e #>> '{max,1}')::float8,
            (select value::int from twin.about where key = 'storage_srid')), 4326) as g
        from (select case when t.name = any(%(placed)s::text[]) and exists (
                         select from pg_stats
                         where schemaname = 'city' and tablename = t.name and attname = 'geometry')
                     then _postgis_stats(r.oid::regclass, 'geometry')::json -> 'extent' end as e) x
        where x.e is not null) b
    where b.g is not null
) e on true
