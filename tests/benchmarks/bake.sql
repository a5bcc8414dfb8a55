-- Buildings as those of tiling/city.sql, alone; and as a plain table in EPSG:3857 in the order of
-- space, which suits the peers best. Written without solids and search documents.
select setseed(0.4403);
alter table city.building disable trigger user;
insert into city.feature (collection, source, source_key)
select 'building', 'benchmark', i::text from generate_series(1, %(rows)s) i;
insert into city.building (feature_id, code, name_zh, use, structure, floors_up, height_m, elev_base_m,
    year_built, risk, geometry)
select id, '44030300' || i, '建筑' || i, (array['R','O','C','I','X'])[1 + i %% 5],
    (array['frame','brick','steel'])[1 + i %% 3], 1 + i %% 33, 3.0 * (1 + i %% 33), (i %% 90) / 10.0,
    1980 + i %% 45, (i %% 1000) / 10.0,
    -- one in four an L of eight corners, one in twenty with a courtyard
    st_multi(st_rotate(case
        when i %% 20 = 0 then st_difference(body, st_expand(st_centroid(body), 2))
        when i %% 4 = 1 then st_union(body, st_makeenvelope(e + w / 2, n, e + w + 4, n + d / 2, 4547))
        else body end, turn, st_point(e, n, 4547)))
from (
    select *, st_makeenvelope(e, n, e + w, n + d, 4547) as body
    from (
        select id, i, 508000 + 20 * (i %% %(side)s) + random() * 3 as e,
            2492000 + 20 * (i / %(side)s) + random() * 3 as n, 8 + random() * 6 as w, 8 + random() * 8 as d,
            random() * 0.5 as turn
        from (select id, source_key::int as i from city.feature) numbered
    ) places
) bodies;
alter table city.building enable trigger user;
create table public.peer_building as
    select feature_id::int as id, code, name_zh, use, structure, floors_up, height_m, elev_base_m, year_built, risk,
        st_transform(geometry, 3857)::geometry(multipolygon, 3857) as geometry
    from city.building order by st_transform(geometry, 3857);
alter table public.peer_building add primary key (id);
create index on public.peer_building using gist (geometry);
vacuum analyze city.building, city.feature, public.peer_building
