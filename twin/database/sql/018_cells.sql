-- The grid of the touch log: squares of the storage CRS. Small enough that an edit makes few tiles
-- anew, large enough that a bulk load names few of them (docs/decisions/0003). The side stands here,
-- in twin/cells.py and in the kernel that reads copies; a test holds them together.
create or replace function twin.cell_m() returns double precision
language sql immutable parallel safe as $$ select 250.0::double precision $$;

create or replace function twin.cell(metres double precision) returns integer
language sql immutable parallel safe as $$ select floor(metres / twin.cell_m())::integer $$;

create or replace function twin.cell_box(e integer, n integer, srid integer) returns geometry
language sql immutable parallel safe as $$
    select st_makeenvelope(
        e * twin.cell_m(), n * twin.cell_m(), (e + 1) * twin.cell_m(), (n + 1) * twin.cell_m(), srid)
$$;

-- Cells a box covers. A box of more than 16,384 of them (32 km by 32 km) touches its collection as a
-- whole, told by nulls, and its middle: what is filed by the middle of its box asks for that cell, which by
-- whole cells is one of two each way. The shift rounds down, where a division goes towards zero.
create or replace function twin.cells_between(west integer, south integer, east integer, north integer)
returns table (e integer, n integer)
language sql immutable parallel safe as $$
    select e, n
    from generate_series(west, east) e, generate_series(south, north) n
    where (east::bigint - west + 1) * (north::bigint - south + 1) <= 16384
    union all
    select c.e, c.n
    from (
        select null::integer, null::integer
        union all
        select ((west + east) >> 1) + i, ((south + north) >> 1) + j
        from generate_series(0, 1) i, generate_series(0, 1) j
    ) c (e, n)
    where (east::bigint - west + 1) * (north::bigint - south + 1) > 16384
$$;

create or replace function twin.cells_of(shape geometry) returns table (e integer, n integer)
language sql immutable parallel safe as $$
    select c.e, c.n
    from twin.cells_between(
        twin.cell(st_xmin(shape)), twin.cell(st_ymin(shape)), twin.cell(st_xmax(shape)), twin.cell(st_ymax(shape))
    ) c
$$;
