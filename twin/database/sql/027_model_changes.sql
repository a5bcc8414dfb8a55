-- What differs between two versions of a model, object by object, by identity.

-- The last instant at which a load was the newest of its source: the next one begins.
create or replace function twin.load_until(asked bigint) returns timestamptz
language sql stable as $$
    select coalesce(min(n.started_at), 'infinity')
    from twin.load o
    join twin.load n on n.source = o.source and n.id > o.id and n.status <> 'unchanged'
    where o.id = asked
$$;

-- Every object of a model as a load left it: what is said of it, and which mesh it shows where.
create or replace function twin.model_objects(asked_model bigint, asked_load bigint)
returns table (
    feature_id bigint, collection text, global_id text, name text, floor_no integer,
    said jsonb, mesh_id bigint, matrix double precision[], place geometry, z_min_m double precision
)
language sql stable as $$
    with moment as materialized (
        select m.source, twin.load_until(asked_load) as until from twin.model m where m.id = asked_model
    ), known as materialized (
        -- as one array the index of versions answers; joined, every object of the city was looked at
        select array(
            select f.id from city.feature f
            where f.source = (select source from moment)
              and f.collection in ('space', 'element', 'opening', 'equipment', 'storey')
        ) as ids
    ), objects as (
        select v.feature_id, v.global_id, v.name, v.floor_no, v.geometry::geometry as place, v.z_min_m,
               v.recorded_at, v.valid_to, v.superseded_at, 'space' as collection,
               jsonb_build_object('name', v.name, 'long_name', v.long_name, 'object_type', v.object_type,
                   'unit_code', v.unit_code, 'use', v.use, 'compartment', v.compartment,
                   'floor_no', v.floor_no) as said
        from city.space v where v.feature_id = any((select ids from known)::bigint[])
        union all
        select v.feature_id, v.global_id, v.name, v.floor_no, v.geometry::geometry, v.z_min_m,
               v.recorded_at, v.valid_to, v.superseded_at, 'element',
               jsonb_build_object('name', v.name, 'ifc_class', v.ifc_class, 'predefined_type', v.predefined_type,
                   'type_name', v.type_name, 'tag', v.tag, 'material', v.material, 'system', v.system,
                   'fire_rating', v.fire_rating, 'is_external', v.is_external,
                   'load_bearing', v.load_bearing, 'floor_no', v.floor_no)
        from city.element v where v.feature_id = any((select ids from known)::bigint[])
        union all
        select v.feature_id, v.global_id, v.name, v.floor_no, v.geometry::geometry, v.z_min_m,
               v.recorded_at, v.valid_to, v.superseded_at, 'opening',
               jsonb_build_object('name', v.name, 'ifc_class', v.ifc_class, 'predefined_type', v.predefined_type,
                   'type_name', v.type_name, 'tag', v.tag, 'width_m', v.width_m, 'height_m', v.height_m,
                   'fire_rating', v.fire_rating, 'fire_exit', v.fire_exit, 'floor_no', v.floor_no)
        from city.opening v where v.feature_id = any((select ids from known)::bigint[])
        union all
        select v.feature_id, v.global_id, v.name, v.floor_no, v.geometry::geometry, v.z_min_m,
               v.recorded_at, v.valid_to, v.superseded_at, 'equipment',
               jsonb_build_object('name', v.name, 'ifc_class', v.ifc_class, 'predefined_type', v.predefined_type,
                   'type_name', v.type_name, 'tag', v.tag, 'kind', v.kind, 'device_id', v.device_id,
                   'system', v.system, 'floor_no', v.floor_no)
        from city.equipment v where v.feature_id = any((select ids from known)::bigint[])
        union all
        select v.feature_id, v.global_id, v.name, v.floor_no, null::geometry, null,
               v.recorded_at, v.valid_to, v.superseded_at, 'storey',
               jsonb_build_object('name', v.name, 'label', v.label, 'elev_m', v.elev_m, 'use', v.use,
                   'refuge', v.refuge, 'capacity', v.capacity, 'floor_no', v.floor_no)
        from city.storey v where v.feature_id = any((select ids from known)::bigint[])
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
    )
    select s.feature_id, s.collection, s.global_id, s.name, s.floor_no,
           s.said || coalesce(p.sets - 'quantities', '{}'), a.mesh_id, a.matrix, s.place, s.z_min_m
    from standing s
    left join sets p on p.feature_id = s.feature_id
    left join shown a on a.feature_id = s.feature_id
$$;

-- Where a 4x4 row-major matrix takes a point.
create or replace function twin.carried(matrix double precision[], point double precision[])
returns double precision[]
language sql immutable parallel safe as $$
    select case when matrix is not null and point is not null then array[
        matrix[1] * point[1] + matrix[2] * point[2] + matrix[3] * point[3] + matrix[4],
        matrix[5] * point[1] + matrix[6] * point[2] + matrix[7] * point[3] + matrix[8],
        matrix[9] * point[1] + matrix[10] * point[2] + matrix[11] * point[3] + matrix[12]
    ] end
$$;

-- Middle of a box, or of its face towards an axis.
create or replace function twin.middle_of(low double precision[], high double precision[], axis integer)
returns double precision[]
language sql immutable parallel safe as $$
    select case when low is not null then array[
        case when axis = 1 then high[1] else (low[1] + high[1]) / 2 end,
        case when axis = 2 then high[2] else (low[2] + high[2]) / 2 end,
        (low[3] + high[3]) / 2
    ] end
$$;

create or replace function twin.apart_m(a double precision[], b double precision[])
returns double precision
language sql immutable parallel safe as $$
    select sqrt((a[1] - b[1]) ^ 2 + (a[2] - b[2]) ^ 2 + (a[3] - b[3]) ^ 2)
$$;

-- Matrix of a model (model metres -> storage CRS) as a load left it; null where it had no place.
create or replace function twin.model_matrix(asked_model bigint, asked_load bigint)
returns double precision[]
language sql stable as $$
    select case
        when jsonb_typeof(l.georeference -> 'matrix') = 'array' then
            array(select v::double precision from jsonb_array_elements_text(l.georeference -> 'matrix') v)
        -- loads did not always keep it
        when not coalesce(l.georeference ? 'matrix', false) then m.matrix
    end
    from twin.model m
    left join twin.load l on l.id = asked_load
    where m.id = asked_model
$$;

-- The same as of a moment; before the first load as the first one left it.
create or replace function twin.model_matrix_at(asked_model bigint, moment timestamptz)
returns double precision[]
language sql stable as $$
    select case when moment is null then m.matrix else twin.model_matrix(m.id, l.id) end
    from twin.model m
    left join lateral (
        select n.id from twin.load n
        where n.source = m.source and n.status in ('done', 'partial')
        order by n.started_at <= moment desc, case when n.started_at <= moment then -n.id else n.id end
        limit 1
    ) l on true
    where m.id = asked_model
$$;

drop function if exists twin.model_changes(bigint, bigint, bigint);

-- Only what differs. An object has moved if its body is elsewhere, in the model and in the city, by more than
-- 0.1 mm: neither a file that is drawn about another origin, nor a vertex instead of a placement that
-- carries the shift, is a difference. Meshes are kept by their content; one that is only shifted in its own
-- coordinates is the same shape. What keeps its place in the model while the model is placed elsewhere moves
-- `together`.
create function twin.model_changes(asked_model bigint, before_load bigint, after_load bigint)
returns table (
    feature_id bigint, collection text, global_id text, name text, floor_no integer,
    added boolean, removed boolean, moved boolean, reshaped boolean, properties boolean, together boolean,
    moved_m double precision, before_said jsonb, after_said jsonb
)
language sql stable as $$
    with said_before as materialized (
        select * from twin.model_objects(asked_model, before_load)
    ), said_after as materialized (
        select * from twin.model_objects(asked_model, after_load)
    ), frame as materialized (
        select twin.model_matrix(asked_model, before_load) as before,
               twin.model_matrix(asked_model, after_load) as after,
               exists (select from said_before where mesh_id is not null) as shaped
    ), bodies as materialized (
        select a.feature_id as a_id, b.feature_id as b_id, a.collection as a_collection,
               b.collection as b_collection, a.global_id as a_global_id, b.global_id as b_global_id,
               a.name as a_name, b.name as b_name, a.floor_no as a_floor_no, b.floor_no as b_floor_no,
               a.said as a_said, b.said as b_said, a.mesh_id as a_mesh, b.mesh_id as b_mesh,
               a.matrix as a_matrix, b.matrix as b_matrix, a.place as a_place, b.place as b_place,
               a.z_min_m as a_z, b.z_min_m as b_z,
               a.feature_id is not null and b.feature_id is not null as both_there,
               f.before, f.after, f.shaped, f.before is distinct from f.after as elsewhere,
               a.mesh_id = b.mesh_id and a.matrix = b.matrix as as_it_was,
               case
                   when a.mesh_id = b.mesh_id then true
                   when a.mesh_id <> b.mesh_id then
                       x.vertices = y.vertices and x.triangles = y.triangles
                       and abs(x.box_max_m[1] - x.box_min_m[1] - y.box_max_m[1] + y.box_min_m[1]) <= 1e-4
                       and abs(x.box_max_m[2] - x.box_min_m[2] - y.box_max_m[2] + y.box_min_m[2]) <= 1e-4
                       and abs(x.box_max_m[3] - x.box_min_m[3] - y.box_max_m[3] + y.box_min_m[3]) <= 1e-4
                       and x.indices = y.indices and x.positions = y.positions
                   else false
               end as congruent,
               -- three points of the body tell where it is and how it is turned
               twin.middle_of(x.box_min_m, x.box_max_m, 0) as a_middle,
               twin.middle_of(x.box_min_m, x.box_max_m, 1) as a_side,
               twin.middle_of(x.box_min_m, x.box_max_m, 2) as a_back,
               twin.middle_of(y.box_min_m, y.box_max_m, 0) as b_middle,
               twin.middle_of(y.box_min_m, y.box_max_m, 1) as b_side,
               twin.middle_of(y.box_min_m, y.box_max_m, 2) as b_back
        from said_before a
        full join said_after b on b.feature_id = a.feature_id
        cross join frame f
        left join twin.mesh x on x.id = a.mesh_id
        left join twin.mesh y on y.id = b.mesh_id
    ), shifted as (
        select s.*,
               case
                   when s.as_it_was then 0
                   when s.congruent then greatest(
                       twin.apart_m(twin.carried(a_matrix, a_middle), twin.carried(b_matrix, b_middle)),
                       twin.apart_m(twin.carried(a_matrix, a_side), twin.carried(b_matrix, b_side)),
                       twin.apart_m(twin.carried(a_matrix, a_back), twin.carried(b_matrix, b_back)))
                   -- a body of another shape has moved where its origin and its middle have
                   when twin.apart_m(twin.carried(a_matrix, a_middle), twin.carried(b_matrix, b_middle)) > 1e-4 then
                       twin.apart_m(twin.carried(a_matrix, '{0,0,0}'), twin.carried(b_matrix, '{0,0,0}'))
               end as in_model_m,
               case
                   when s.as_it_was and not s.elsewhere then 0
                   when s.congruent then greatest(
                       s.middle_m,
                       twin.apart_m(twin.carried(before, twin.carried(a_matrix, a_side)),
                                    twin.carried(after, twin.carried(b_matrix, b_side))),
                       twin.apart_m(twin.carried(before, twin.carried(a_matrix, a_back)),
                                    twin.carried(after, twin.carried(b_matrix, b_back))))
                   when s.middle_m > 1e-4 then
                       twin.apart_m(twin.carried(before, twin.carried(a_matrix, '{0,0,0}')),
                                    twin.carried(after, twin.carried(b_matrix, '{0,0,0}')))
               end as in_city_m
        from (
            select o.*, twin.apart_m(twin.carried(before, twin.carried(a_matrix, a_middle)),
                                     twin.carried(after, twin.carried(b_matrix, b_middle))) as middle_m
            from bodies o
        ) s
    )
    select c.feature_id, c.collection, c.global_id, c.name, c.floor_no, c.added, c.removed, c.moved, c.reshaped,
           c.properties, c.together, c.moved_m, c.before_said, c.after_said
    from (
        select coalesce(s.b_id, s.a_id) as feature_id, coalesce(s.b_collection, s.a_collection) as collection,
               coalesce(s.b_global_id, s.a_global_id) as global_id, coalesce(s.b_name, s.a_name) as name,
               coalesce(s.b_floor_no, s.a_floor_no) as floor_no,
               s.a_id is null as added, s.b_id is null as removed,
               s.both_there and case
                   when s.a_matrix is not null and s.b_matrix is not null then
                       coalesce(s.in_model_m > 1e-4 and coalesce(s.in_city_m, s.in_model_m) > 1e-4, false)
                   when s.a_matrix is null and s.b_matrix is null and s.a_place is not null and s.b_place is not null
                       and not s.elsewhere then
                       not st_equals(s.a_place, s.b_place) or coalesce(abs(s.a_z - s.b_z) > 1e-4, false)
                   else false
               end as moved,
               s.both_there and s.shaped and case
                   when s.a_mesh is null or s.b_mesh is null then (s.a_mesh is null) <> (s.b_mesh is null)
                   else not s.congruent
               end as reshaped,
               s.both_there and s.a_said is distinct from s.b_said as properties,
               coalesce(s.both_there and s.in_model_m <= 1e-4 and s.in_city_m > 1e-4, false) as together,
               case when s.congruent then coalesce(s.middle_m, twin.apart_m(
                   twin.carried(s.a_matrix, s.a_middle), twin.carried(s.b_matrix, s.b_middle)
               )) else coalesce(s.in_city_m, s.in_model_m) end as moved_m,
               s.a_said as before_said, s.b_said as after_said
        from shifted s
    ) c
    where c.added or c.removed or c.moved or c.reshaped or c.properties or c.together
$$;
