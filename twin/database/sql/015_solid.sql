-- A solid follows its footprint, base and height, whoever changes them: 3D questions and the
-- map must not disagree after a plain SQL edit. Loads bring solids of their own, and none where
-- they have none to bring: made here, row by row, they would cost a load most of its time.

-- Whether this server can cut a polygon with holes into triangles (PostGIS 3.3 with GEOS 3.11).
create or replace function twin.can_triangulate() returns boolean
language sql stable as $$
    select to_regprocedure('st_triangulatepolygon(geometry)') is not null
        and string_to_array(substring(postgis_geos_version() from '^[0-9]+\.[0-9]+'), '.')::int[] >= array[3, 11]
$$;

-- Floor and roof faces of one polygon, anti-clockwise seen from above: itself, or triangles where
-- it has courtyards, because PostGIS looks only at the first ring of a face when it asks whether a
-- surface is closed.
create or replace function twin.caps(part geometry) returns setof geometry
language plpgsql stable as $$
begin
    if st_numinteriorrings(part) = 0 then
        return next part;
    elsif twin.can_triangulate() then
        return query execute
            'select st_forcepolygonccw(t.geom) from st_dump(st_triangulatepolygon($1)) t' using part;
    end if;
end $$;

-- Closed PolyhedralSurfaceZ over a footprint: faces look outward, one wall an edge. Null where the
-- height is not positive or a courtyard cannot be cut here. The same faces as loaders.gis.extrude.
create or replace function twin.prism(footprint geometry, low double precision, top double precision)
returns geometry
language sql stable strict as $$
    with part as (
        select d.path[1] as part, st_removerepeatedpoints(st_forcepolygonccw(st_force2d(d.geom))) as geom
        from st_dump(footprint) d
    ), cap as (
        select c.geom from part, lateral twin.caps(part.geom) as c(geom)
    ), face as (
        select string_agg(format('%s %s %s', st_x(p.geom), st_y(p.geom), low), ',' order by p.path[2] desc) as ring
        from (select row_number() over () as n, geom from cap) c, lateral st_dumppoints(c.geom) p group by c.n
        union all
        select string_agg(format('%s %s %s', st_x(p.geom), st_y(p.geom), top), ',' order by p.path[2])
        from (select row_number() over () as n, geom from cap) c, lateral st_dumppoints(c.geom) p group by c.n
        union all
        select format('%1$s %2$s %5$s,%3$s %4$s %5$s,%3$s %4$s %6$s,%1$s %2$s %6$s,%1$s %2$s %5$s', x, y, next_x, next_y, low, top)
        from (
            select st_x(p.geom) as x, st_y(p.geom) as y,
                   lead(st_x(p.geom)) over edge as next_x, lead(st_y(p.geom)) over edge as next_y
            from part, lateral st_dumppoints(part.geom) p
            window edge as (partition by part.part, p.path[1] order by p.path[2])
        ) e
        where next_x is not null
    )
    select case when top > low and (select count(*) from cap) >= (select count(*) from part)
        then st_geomfromtext('polyhedralsurface z(' || string_agg('((' || ring || '))', ',') || ')', st_srid(footprint))
    end
    from face
$$;

-- What was not stated keeps the range that stood: a base may have come from the terrain.
create or replace function twin.follow_solid() returns trigger
language plpgsql as $$
declare
    base double precision;
    base_before double precision;
    height double precision := new.height_m;
begin
    if coalesce(current_setting('twin.loading', true), '') = 'on' then
        return new;
    end if;
    execute format('select ($1).%I', tg_argv[0]) into base using new;
    if tg_op = 'UPDATE' then
        if old.valid_to is not null or old.superseded_at is not null or new.solid is distinct from old.solid then
            return new;
        end if;
        execute format('select ($1).%I', tg_argv[0]) into base_before using old;
        if base is null and base_before is null then
            base := old.z_min_m;
        end if;
        if height is null and old.height_m is null then
            height := old.z_max_m - old.z_min_m;
        end if;
    end if;
    new.solid := case when height > 0 then twin.prism(new.geometry, base, base + height) end;
    -- What was said of the faces that stood is true of none of the new ones.
    new := jsonb_populate_record(new, '{"surfaces": null, "shell": null}');
    new.z_min_m := base;
    new.z_max_m := base + height;
    return new;
end $$;

create or replace function twin.attach_solid(collection text, base text) returns void
language plpgsql as $$
begin
    execute format($sql$
        create or replace trigger a_solid_insert before insert on city.%1$I
            for each row when (new.load_id is null and new.solid is null and new.geometry is not null
                and new.height_m is not null and new.valid_to is null and new.superseded_at is null)
            execute function twin.follow_solid(%2$L);
        create or replace trigger a_solid_update before update on city.%1$I
            for each row when (new.geometry is distinct from old.geometry or new.height_m is distinct from old.height_m
                or new.%2$I is distinct from old.%2$I)
            execute function twin.follow_solid(%2$L);
    $sql$, collection, base);
end $$;
