-- A model as a load left it: its objects, what is said of them, and where they stood.

-- The last instant at which a load was the newest of its source: the next one begins.
create or replace function twin.load_until(asked bigint) returns timestamptz
language sql stable as $$
    select coalesce(min(n.started_at), 'infinity')
    from twin.load o
    join twin.load n on n.source = o.source and n.id > o.id and n.status <> 'unchanged'
    where o.id = asked
$$;

-- What a road, a railway or a bridge says beside its columns; of its lines all but their course.
create or replace function twin.said_of_lines(properties jsonb)
returns jsonb
language sql immutable parallel safe as $$
    select properties - 'alignments' || case when jsonb_typeof(properties -> 'alignments') = 'array' then (
        select jsonb_build_object('alignments', coalesce(
            jsonb_object_agg(coalesce(a.line ->> 'name', 'line ' || a.number), a.line - 'axis' - 'name'), '{}'))
        from jsonb_array_elements(properties -> 'alignments') with ordinality a (line, number)
    ) else '{}' end
$$;

-- The heights of its lines above its lowest point, to the centimetre; the plan does not show them.
create or replace function twin.profile_of(properties jsonb, low_m double precision)
returns jsonb
language sql immutable parallel safe as $$
    select case when jsonb_typeof(properties -> 'alignments') = 'array' then (
        select jsonb_agg(round((p.point ->> 2)::numeric - coalesce(low_m, 0)::numeric, 2) order by a.number, p.number)
        from jsonb_array_elements(properties -> 'alignments') with ordinality a (line, number)
        cross join jsonb_array_elements(
            case when jsonb_typeof(a.line -> 'axis') = 'array' then a.line -> 'axis' end
        ) with ordinality p (point, number)
    ) end
$$;

-- Every object of a model as a load left it: what is said of it, and which mesh it shows where.
drop function if exists twin.model_objects(bigint, bigint);
create function twin.model_objects(asked_model bigint, asked_load bigint)
returns table (
    feature_id bigint, collection text, global_id text, name text, floor_no integer, said jsonb, mesh_id bigint,
    matrix double precision[], place geometry, z_min_m double precision, profile jsonb
)
language sql stable as $$
    with moment as materialized (
        select m.source, twin.load_until(asked_load) as until from twin.model m where m.id = asked_model
    ), known as materialized (
        -- as one array the index of versions answers; joined, every object of the city was looked at
        select array(
            select f.id from city.feature f
            where f.source = (select source from moment)
              and f.collection in ('space', 'element', 'opening', 'equipment', 'storey', 'building', 'road', 'rail', 'bridge')
        ) as ids
    ), objects as (
        select v.feature_id, v.global_id, v.name, v.floor_no, v.geometry::geometry as place, v.z_min_m,
               v.recorded_at, v.valid_to, v.superseded_at, null::jsonb as profile, 'space' as collection,
               jsonb_build_object('name', v.name, 'long_name', v.long_name, 'object_type', v.object_type,
                   'unit_code', v.unit_code, 'use', v.use, 'compartment', v.compartment,
                   'floor_no', v.floor_no) as said
        from city.space v where v.feature_id = any((select ids from known)::bigint[])
        union all
        select v.feature_id, v.global_id, v.name, v.floor_no, v.geometry::geometry, v.z_min_m,
               v.recorded_at, v.valid_to, v.superseded_at, null, 'element',
               jsonb_build_object('name', v.name, 'ifc_class', v.ifc_class, 'predefined_type', v.predefined_type,
                   'type_name', v.type_name, 'tag', v.tag, 'material', v.material, 'system', v.system,
                   'fire_rating', v.fire_rating, 'is_external', v.is_external,
                   'load_bearing', v.load_bearing, 'floor_no', v.floor_no)
        from city.element v where v.feature_id = any((select ids from known)::bigint[])
        union all
        select v.feature_id, v.global_id, v.name, v.floor_no, v.geometry::geometry, v.z_min_m,
               v.recorded_at, v.valid_to, v.superseded_at, null, 'opening',
               jsonb_build_object('name', v.name, 'ifc_class', v.ifc_class, 'predefined_type', v.predefined_type,
                   'type_name', v.type_name, 'tag', v.tag, 'width_m', v.width_m, 'height_m', v.height_m,
                   'fire_rating', v.fire_rating, 'fire_exit', v.fire_exit, 'floor_no', v.floor_no)
        from city.opening v where v.feature_id = any((select ids from known)::bigint[])
        union all
        select v.feature_id, v.global_id, v.name, v.floor_no, v.geometry::geometry, v.z_min_m,
               v.recorded_at, v.valid_to, v.superseded_at, null, 'equipment',
               jsonb_build_object('name', v.name, 'ifc_class', v.ifc_class, 'predefined_type', v.predefined_type,
                   'type_name', v.type_name, 'tag', v.tag, 'kind', v.kind, 'device_id', v.device_id,
                   'system', v.system, 'floor_no', v.floor_no)
        from city.equipment v where v.feature_id = any((select ids from known)::bigint[])
        union all
        select v.feature_id, v.global_id, v.name, v.floor_no, null::geometry, null,
               v.recorded_at, v.valid_to, v.superseded_at, null, 'storey',
               jsonb_build_object('name', v.name, 'label', v.label, 'elev_m', v.elev_m, 'use', v.use,
                   'refuge', v.refuge, 'capacity', v.capacity, 'floor_no', v.floor_no)
        from city.storey v where v.feature_id = any((select ids from known)::bigint[])
        union all
        -- the building a model brings along; of one the city has, the columns are not the model's (`hosts`)
        select v.feature_id, f.source_key, coalesce(v.name_zh, v.name_en, v.code), null::integer,
               v.geometry::geometry, v.z_min_m, v.recorded_at, v.valid_to, v.superseded_at, null, 'building',
               jsonb_build_object('code', v.code, 'name_zh', v.name_zh, 'name_en', v.name_en,
                   'floors_up', v.floors_up, 'floors_down', v.floors_down, 'height_m', round(v.height_m::numeric, 3),
                   'elev_base_m', round(v.elev_base_m::numeric, 3),
                   'footprint_m2', round(v.footprint_m2::numeric, 2), 'gfa_m2', v.gfa_m2,
                   'year_built', v.year_built)
        from city.building v join city.feature f on f.id = v.feature_id
        where v.feature_id = any((select ids from known)::bigint[])
        union all
        select v.feature_id, f.source_key, coalesce(v.name_zh, v.name_en, v.code), null, v.geometry::geometry,
               v.z_min_m, v.recorded_at, v.valid_to, v.superseded_at,
               twin.profile_of(v.properties, v.z_min_m), 'road',
               jsonb_build_object('code', v.code, 'name_zh', v.name_zh, 'name_en', v.name_en, 'class', v.class,
                   'lanes', v.lanes, 'width_m', v.width_m) || twin.said_of_lines(v.properties)
        from city.road v join city.feature f on f.id = v.feature_id
        where v.feature_id = any((select ids from known)::bigint[])
        union all
        select v.feature_id, f.source_key, coalesce(v.name_zh, v.name_en), null, v.geometry::geometry,
               v.z_min_m, v.recorded_at, v.valid_to, v.superseded_at,
               twin.profile_of(v.properties, v.z_min_m), 'rail',
               jsonb_build_object('name_zh', v.name_zh, 'name_en', v.name_en, 'kind', v.kind,
                   'underground', v.underground) || twin.said_of_lines(v.properties)
        from city.rail v join city.feature f on f.id = v.feature_id
        where v.feature_id = any((select ids from known)::bigint[])
        union all
        select v.feature_id, f.source_key, coalesce(v.name_zh, v.name_en), null, v.geometry::geometry,
               v.z_min_m, v.recorded_at, v.valid_to, v.superseded_at,
               twin.profile_of(v.properties, v.z_min_m), 'bridge',
               jsonb_build_object('name_zh', v.name_zh, 'name_en', v.name_en, 'kind', v.kind,
                   'clearance_m', v.clearance_m) || twin.said_of_lines(v.properties)
        from city.bridge v join city.feature f on f.id = v.feature_id
        where v.feature_id = any((select ids from known)::bigint[])
    ), standing as (
        select distinct on (o.feature_id) o.*
        from objects o
        where o.recorded_at <= (select until from moment)
          and (o.valid_to is null or o.valid_to > (select until from moment))
          and (o.superseded_at is null or o.superseded_at > (select until from moment))
        order by o.feature_id, o.recorded_at desc
    ), sets as (
        select distinct on (x.feature_id) x.feature_id, x.sets from (
            select feature_id, sets, load_id, null::bigint as until_load_id
            from twin.property_set where model_id = asked_model
            union all
            select feature_id, sets, load_id, until_load_id
            from twin.property_set_past where model_id = asked_model
        ) x
        where coalesce(x.load_id, 0) <= asked_load
          and (x.until_load_id is null or x.until_load_id > asked_load)
        order by x.feature_id, x.load_id desc nulls last
    ), shown as (
        select distinct on (x.feature_id) x.feature_id, x.mesh_id, x.matrix from (
            select feature_id, mesh_id, matrix, load_id, null::bigint as until_load_id
            from twin.placement where model_id = asked_model and part = 0
            union all
            select feature_id, mesh_id, matrix, load_id, until_load_id
            from twin.placement_past where model_id = asked_model and part = 0
        ) x
        where coalesce(x.load_id, 0) <= asked_load
          and (x.until_load_id is null or x.until_load_id > asked_load)
        order by x.feature_id, x.load_id desc nulls last
    ), hosts as (
        -- Buildings the city has of which the model ever said anything. They stand in every version: that a
        -- file says nothing of one takes no building away, and its outline and columns are the city's.
        select f.id as feature_id, f.source_key
        from (
            select feature_id from twin.property_set where model_id = asked_model
            union select feature_id from twin.property_set_past where model_id = asked_model
            except select unnest(ids) from known
        ) t
        join city.feature f on f.id = t.feature_id and f.collection = 'building'
    )
    select s.feature_id, s.collection, s.global_id, s.name, s.floor_no,
           s.said || coalesce(p.sets - 'quantities', '{}'), a.mesh_id, a.matrix, s.place, s.z_min_m, s.profile
    from standing s
    left join sets p on p.feature_id = s.feature_id
    left join shown a on a.feature_id = s.feature_id
    union all
    select h.feature_id, 'building', l.global_id, coalesce(b.name_zh, b.name_en, b.code), null,
           coalesce(p.sets - 'quantities', '{}'), null, null, null, null, null
    from hosts h
    left join sets p on p.feature_id = h.feature_id
    left join lateral (
        select v.code, v.name_zh, v.name_en from city.building v
        where v.feature_id = h.feature_id and v.superseded_at is null
        order by v.recorded_at desc
        limit 1
    ) b on true
    left join lateral (
        -- the IfcBuilding that the load linked to it
        select min(k.key) as global_id
        from twin.load o
        cross join jsonb_each(case when jsonb_typeof(o.georeference -> 'links') = 'object'
                                   then o.georeference -> 'links' end) k
        where o.id = asked_load and k.value ->> 'building' in (b.code, h.source_key)
    ) l on true
$$;
