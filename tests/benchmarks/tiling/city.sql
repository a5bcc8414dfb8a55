-- A seeded city of %(rows)s buildings and what goes with them, on a square of %(side)s plots of
-- 20 m a side; and each layer as a plain table in EPSG:3857 in the order of space, which suits
-- the peers best. Ours are written as a load does it: 20,000 rows of the file at a time, those in the
-- order of space. Written without solids and search documents: no tile reads them.
select setseed(0.4403);
alter table city.building disable trigger user;
alter table city.road disable trigger user;
alter table city.utility_line disable trigger user;
alter table city.sensor disable trigger user;
insert into city.feature (collection, source, source_key)
select 'building', 'benchmark', i::text from generate_series(1, %(rows)s) i;
insert into city.feature (collection, source, source_key)
select 'road', 'benchmark', i::text from generate_series(1, %(rows)s * 3 / 10) i;
insert into city.feature (collection, source, source_key)
select 'utility_line', 'benchmark', i::text from generate_series(1, %(rows)s * 2) i;
insert into city.feature (collection, source, source_key)
select 'sensor', 'benchmark', i::text from generate_series(1, %(rows)s / 5) i;
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
        from (select id, source_key::int as i from city.feature
            where collection = 'building' and source = 'benchmark') numbered
    ) places
) bodies
order by i / 20000, body;
insert into city.road (feature_id, name_zh, class, width_m, fire_access, geometry)
select id, '道路' || i %% 997, (array['primary','secondary','residential'])[1 + i %% 3], 4 + i %% 20, i %% 7 > 0,
    st_multi(st_setsrid(st_makeline(array[st_makepoint(e, n), st_makepoint(e + 30 * c, n + 30 * s),
        st_makepoint(e + 62 * c + 2, n + 58 * s), st_makepoint(e + 95 * c, n + 95 * s)]), 4547))
from (
    select id, i, 508000 + random() * 20 * %(side)s as e, 2492000 + random() * 20 * %(side)s as n,
        (i %% 2)::float8 as c, 1.0 - (i %% 2) as s
    from (select id, source_key::int as i from city.feature
        where collection = 'road' and source = 'benchmark') numbered
) places
order by i / 20000, st_point(e, n);
insert into city.utility_line (feature_id, code, kind, dn_mm, depth_m, geometry)
select id, 'P' || i, (array['water','sewage','gas','power'])[1 + i %% 4], 100 * (1 + i %% 12), 1 + (i %% 50) / 10.0,
    st_multi(st_setsrid(st_makeline(st_makepoint(e, n, 1.5), st_makepoint(e + long * c, n + long * s, 1.4)), 4547))
from (
    select id, i, 508000 + random() * 20 * %(side)s as e, 2492000 + random() * 20 * %(side)s as n,
        10 + random() * 30 as long, (i %% 2)::float8 as c, 1.0 - (i %% 2) as s
    from (select id, source_key::int as i from city.feature
        where collection = 'utility_line' and source = 'benchmark') numbered
) places
order by i / 20000, st_point(e, n);
insert into city.sensor (feature_id, code, name_zh, type, unit, geometry)
select id, 'S' || i, '传感器' || i, (array['smoke','water','power','air'])[1 + i %% 4], (array['%%','m3/h','kW'])[1 + i %% 3],
    place
from (
    select id, i,
        st_setsrid(st_makepoint(508000 + random() * 20 * %(side)s, 2492000 + random() * 20 * %(side)s), 4547) as place
    from (select id, source_key::int as i from city.feature
        where collection = 'sensor' and source = 'benchmark') numbered
) places
order by i / 20000, place;
alter table city.building enable trigger user;
alter table city.road enable trigger user;
alter table city.utility_line enable trigger user;
alter table city.sensor enable trigger user;
create table public.peer_building as
    select feature_id::int as id, code, name_zh, use, structure, floors_up, height_m, elev_base_m, year_built, risk,
        st_transform(geometry, 3857)::geometry(multipolygon, 3857) as geometry
    from city.building order by st_transform(geometry, 3857);
create table public.peer_road as
    select feature_id::int as id, name_zh, class, width_m, fire_access,
        st_transform(geometry, 3857)::geometry(multilinestring, 3857) as geometry
    from city.road order by st_transform(geometry, 3857);
create table public.peer_utility_line as
    select feature_id::int as id, code, kind, dn_mm, depth_m,
        st_force2d(st_transform(geometry, 3857))::geometry(multilinestring, 3857) as geometry
    from city.utility_line order by st_transform(geometry, 3857);
create table public.peer_sensor as
    select feature_id::int as id, code, name_zh, type, unit,
        st_transform(geometry, 3857)::geometry(point, 3857) as geometry
    from city.sensor order by st_transform(geometry, 3857);
alter table public.peer_building add primary key (id);
alter table public.peer_road add primary key (id);
alter table public.peer_utility_line add primary key (id);
alter table public.peer_sensor add primary key (id);
create index on public.peer_building using gist (geometry);
create index on public.peer_road using gist (geometry);
create index on public.peer_utility_line using gist (geometry);
create index on public.peer_sensor using gist (geometry);
vacuum analyze;
