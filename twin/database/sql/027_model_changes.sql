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
    with moment as (
        select m.id, m.source, twin.load_until(asked_load) as until from twin.model m where m.id = asked_model
    ), objects as (
        select v.feature_id, v.global_id, v.name, v.floor_no, v.geometry::geometry as place, v.z_min_m,
               v.recorded_at, v.valid_to, v.superseded_at, 'space' as collection,
               jsonb_build_object('name', v.name, 'long_name', v.long_name, 'object_type', v.object_type,
                   'unit_code', v.unit_code, 'use', v.use, 'compartment', v.compartment,
                   'floor_no', v.floor_no) as said
        from city.space v
        union all
        select v.feature_id, v.global_id, v.name, v.floor_no, v.geometry::geometry, v.z_min_m,
               v.recorded_at, v.valid_to, v.superseded_at, 'element',
               jsonb_build_object('name', v.name, 'ifc_class', v.ifc_class, 'predefined_type', v.predefined_type,
                   'type_name', v.type_name, 'tag', v.tag, 'material', v.material, 'system', v.system,
                   'fire_rating', v.fire_rating, 'is_external', v.is_external,
                   'load_bearing', v.load_bearing, 'floor_no', v.floor_no)
        from city.element v
        union all
        select v.feature_id, v.global_id, v.name, v.floor_no, v.geometry::geometry, v.z_min_m,
               v.recorded_at, v.valid_to, v.superseded_at, 'opening',
               jsonb_build_object('name', v.name, 'ifc_class', v.ifc_class, 'predefined_type', v.predefined_type,
                   'type_name', v.type_name, 'tag', v.tag, 'width_m', v.width_m, 'height_m', v.height_m,
                   'fire_rating', v.fire_rating, 'fire_exit', v.fire_exit, 'floor_no', v.floor_no)
        from city.opening v
        union all
        select v.feature_id, v.global_id, v.name, v.floor_no, v.geometry::geometry, v.z_min_m,
               v.recorded_at, v.valid_to, v.superseded_at, 'equipment',
               jsonb_build_object('name', v.name, 'ifc_class', v.ifc_class, 'predefined_type', v.predefined_type,
                   'type_name', v.type_name, 'tag', v.tag, 'kind', v.kind, 'device_id', v.device_id,
                   'system', v.system, 'floor_no', v.floor_no)
        from city.equipment v
        union all
        select v.feature_id, v.global_id, v.name, v.floor_no, null::geometry, null,
               v.recorded_at, v.valid_to, v.superseded_at, 'storey',
               jsonb_build_object('name', v.name, 'label', v.label, 'elev_m', v.elev_m, 'use', v.use,
                   'refuge', v.refuge, 'capacity', v.capacity, 'floor_no', v.floor_no)
        from city.storey v
    ), standing as (
        select distinct on (o.feature_id) o.*
        from moment m
        join city.feature f on f.source = m.source
        join objects o on o.feature_id = f.id and o.collection = f.collection
        where o.recorded_at <= m.until
          and (o.valid_to is null or o.valid_to > m.until)
          and (o.superseded_at is null or o.superseded_at > m.until)
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

-- Only what differs. A matrix differs by more than 0.1 mm (or as much of a turn); meshes are kept by
-- their content, so another mesh is another shape.
create or replace function twin.model_changes(asked_model bigint, before_load bigint, after_load bigint)
returns table (
    feature_id bigint, collection text, global_id text, name text, floor_no integer,
    added boolean, removed boolean, moved boolean, reshaped boolean, properties boolean,
    moved_m double precision, before_said jsonb, after_said jsonb
)
language sql stable as $$
    select * from (
        select coalesce(b.feature_id, a.feature_id), coalesce(b.collection, a.collection),
               coalesce(b.global_id, a.global_id), coalesce(b.name, a.name), coalesce(b.floor_no, a.floor_no),
               a.feature_id is null as added, b.feature_id is null as removed,
               case
                   when a.feature_id is null or b.feature_id is null then false
                   when a.matrix is not null and b.matrix is not null then
                       a.matrix is distinct from b.matrix
                       and exists (select from unnest(a.matrix, b.matrix) t(x, y) where abs(x - y) > 1e-4)
                   when a.matrix is null and b.matrix is null and a.place is not null and b.place is not null then
                       not st_equals(a.place, b.place) or abs(a.z_min_m - b.z_min_m) > 1e-4
                   else false
               end as moved,
               a.mesh_id is not null and b.mesh_id is not null and a.mesh_id <> b.mesh_id as reshaped,
               a.feature_id is not null and b.feature_id is not null and a.said is distinct from b.said as properties,
               case when a.matrix is not null and b.matrix is not null then
                   sqrt((a.matrix[4] - b.matrix[4]) ^ 2 + (a.matrix[8] - b.matrix[8]) ^ 2
                       + (a.matrix[12] - b.matrix[12]) ^ 2) end as moved_m,
               a.said, b.said
        from twin.model_objects(asked_model, before_load) a
        full join twin.model_objects(asked_model, after_load) b on b.feature_id = a.feature_id
    ) c
    where c.added or c.removed or c.moved or c.reshaped or c.properties
$$;
