-- What differs between two versions of a model, object by object, by identity.

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

-- Load that left the version of a model that stood at a moment; before the first load, the first one.
create or replace function twin.model_load_at(asked_model bigint, moment timestamptz)
returns bigint
language sql stable as $$
    select case when moment is null then m.load_id else l.id end
    from twin.model m
    left join lateral (
        select n.id from twin.load n
        where n.source = m.source and n.status in ('done', 'partial')
        order by n.started_at <= moment desc, case when n.started_at <= moment then -n.id else n.id end
        limit 1
    ) l on true
    where m.id = asked_model
$$;

-- Matrix of a model as of a moment.
create or replace function twin.model_matrix_at(asked_model bigint, moment timestamptz)
returns double precision[]
language sql stable as $$
    select case when moment is null then m.matrix
        else twin.model_matrix(m.id, twin.model_load_at(m.id, moment)) end
    from twin.model m
    where m.id = asked_model
$$;

-- A place in the city as it would be had its model stood where another matrix puts it, in plan.
create or replace function twin.placed_anew(place geometry, before double precision[], after double precision[])
returns geometry
language sql immutable parallel safe as $$
    select st_affine(
        st_affine(st_translate(place, -before[4], -before[8]),
            before[6] / d.size, -before[2] / d.size, -before[5] / d.size, before[1] / d.size, 0, 0),
        after[1], after[2], after[5], after[6], after[4], after[8])
    from (select before[1] * before[6] - before[2] * before[5] as size) d
$$;

drop function if exists twin.model_changes(bigint, bigint, bigint);

-- Only what differs. An object has moved if its body is elsewhere, in the model and in the city, by more than
-- 0.1 mm: neither a file that is drawn about another origin, nor a vertex instead of a placement that
-- carries the shift, is a difference. Buildings, roads, railways and bridges have a line or an outline instead
-- of a body. Meshes are kept by their content; one that is only shifted in its own
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
               a.profile is distinct from b.profile as steeper,
               coalesce(a.collection, b.collection) in ('building', 'road', 'rail', 'bridge') as drawn_in_plan,
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
    ), outlined as (
        -- what has an outline or a line instead of a body: `kept` where it lies as it lay in the model, `slid`
        -- where it is the same shape elsewhere. Computed from coordinates, so to the millimetre.
        select s.*, k.kept, l.slid, sqrt(t.east_m ^ 2 + t.north_m ^ 2) as slid_m,
               st_distance(st_centroid(s.a_place), st_centroid(s.b_place)) as carried_m,
               coalesce(abs(s.a_z - s.b_z) > 1e-3 and not s.elsewhere, false) as raised
        from shifted s
        left join lateral (
            select c.carried, st_x(st_centroid(s.b_place)) - st_x(st_centroid(c.carried)) as east_m,
                   st_y(st_centroid(s.b_place)) - st_y(st_centroid(c.carried)) as north_m
            from (
                select case when s.elsewhere and s.before is not null and s.after is not null
                    then twin.placed_anew(s.a_place, s.before, s.after) else s.a_place end as carried
            ) c
        ) t on s.drawn_in_plan and s.both_there
        left join lateral (
            select case
                when t.carried is null or s.b_place is null then t.carried is null and s.b_place is null
                else t.carried = s.b_place or st_hausdorffdistance(t.carried, s.b_place) <= 1e-3
            end as kept
        ) k on s.drawn_in_plan and s.both_there
        left join lateral (
            select not k.kept and t.carried is not null and s.b_place is not null and st_hausdorffdistance(
                st_translate(t.carried, t.east_m, t.north_m), s.b_place) <= 1e-3 as slid
        ) l on not k.kept
    )
    select c.feature_id, c.collection, c.global_id, c.name, c.floor_no, c.added, c.removed, c.moved, c.reshaped,
           c.properties, c.together, c.moved_m, c.before_said, c.after_said
    from (
        select coalesce(s.b_id, s.a_id) as feature_id, coalesce(s.b_collection, s.a_collection) as collection,
               coalesce(s.b_global_id, s.a_global_id) as global_id, coalesce(s.b_name, s.a_name) as name,
               coalesce(s.b_floor_no, s.a_floor_no) as floor_no,
               s.a_id is null as added, s.b_id is null as removed,
               s.both_there and case
                   when s.drawn_in_plan then coalesce(s.slid, s.raised)
                   when s.a_matrix is not null and s.b_matrix is not null then
                       coalesce(s.in_model_m > 1e-4 and coalesce(s.in_city_m, s.in_model_m) > 1e-4, false)
                   when s.a_matrix is null and s.b_matrix is null and s.a_place is not null and s.b_place is not null
                       and not s.elsewhere then
                       not st_equals(s.a_place, s.b_place) or coalesce(abs(s.a_z - s.b_z) > 1e-4, false)
                   else false
               end as moved,
               s.both_there and (s.shaped or s.drawn_in_plan) and case
                   when s.drawn_in_plan then coalesce(not s.slid, false) or s.steeper
                   when s.a_mesh is null or s.b_mesh is null then (s.a_mesh is null) <> (s.b_mesh is null)
                   else not s.congruent
               end as reshaped,
               s.both_there and s.a_said is distinct from s.b_said as properties,
               coalesce(s.both_there and case
                   when s.drawn_in_plan then s.elsewhere and s.kept and s.carried_m > 1e-3
                   else s.in_model_m <= 1e-4 and s.in_city_m > 1e-4 end, false) as together,
               case when s.drawn_in_plan then case
                       when s.elsewhere and s.kept then s.carried_m
                       when s.kept then abs(s.a_z - s.b_z)
                       when s.slid then sqrt(s.slid_m ^ 2 + coalesce(s.a_z - s.b_z, 0) ^ 2) end
                   when s.congruent then coalesce(s.middle_m, twin.apart_m(
                   twin.carried(s.a_matrix, s.a_middle), twin.carried(s.b_matrix, s.b_middle)
               )) else coalesce(s.in_city_m, s.in_model_m) end as moved_m,
               s.a_said as before_said, s.b_said as after_said
        from outlined s
    ) c
    where c.added or c.removed or c.moved or c.reshaped or c.properties or c.together
$$;
