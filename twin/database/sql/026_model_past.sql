-- A newer file of a model replaces placements and property sets; what they were stays, with
-- the load that wrote it and the load that replaced it, so that any two versions can be compared.
create or replace function twin.note_load() returns trigger
language plpgsql as $$
begin
    select m.load_id into new.load_id from twin.model m where m.id = new.model_id;
    return new;
end $$;

create or replace function twin.keep_placement() returns trigger
language plpgsql as $$
begin
    -- a model that is taken away as a whole takes its past along
    insert into twin.placement_past (feature_id, part, model_id, mesh_id, matrix, load_id, until_load_id, until)
    select o.feature_id, o.part, o.model_id, o.mesh_id, o.matrix, o.load_id, m.load_id, now()
    from changed_old o join twin.model m on m.id = o.model_id
    where m.load_id is not null and o.load_id is distinct from m.load_id;
    return null;
end $$;

create or replace function twin.keep_property_set() returns trigger
language plpgsql as $$
begin
    insert into twin.property_set_past (model_id, feature_id, sets, load_id, until_load_id, until)
    select o.model_id, o.feature_id, o.sets, o.load_id, m.load_id, now()
    from changed_old o join twin.model m on m.id = o.model_id
    where m.load_id is not null and o.load_id is distinct from m.load_id;
    return null;
end $$;

-- The row of the model itself: its first step of a load names the load and brings the new tree; what the
-- second step adds (its place, its building) is noted with the load.
create or replace function twin.keep_model() returns trigger
language plpgsql as $$
begin
    insert into twin.model_past (model_id, load_id, name, schema, placement, approximate, tree)
    values (old.id, old.load_id, old.name, old.schema, old.placement, old.approximate, old.tree)
    on conflict (model_id, load_id) do nothing;
    return null;
end $$;

create or replace trigger b_keep_model after update on twin.model
    for each row when (old.load_id is not null and old.load_id is distinct from new.load_id)
    execute function twin.keep_model();

create or replace trigger a_note_load before insert or update on twin.placement
    for each row execute function twin.note_load();
create or replace trigger a_note_load before insert or update on twin.property_set
    for each row execute function twin.note_load();

drop trigger if exists b_keep_update on twin.placement;
create trigger b_keep_update after update on twin.placement
    referencing old table as changed_old for each statement execute function twin.keep_placement();
drop trigger if exists b_keep_delete on twin.placement;
create trigger b_keep_delete after delete on twin.placement
    referencing old table as changed_old for each statement execute function twin.keep_placement();
drop trigger if exists b_keep_update on twin.property_set;
create trigger b_keep_update after update on twin.property_set
    referencing old table as changed_old for each statement execute function twin.keep_property_set();
drop trigger if exists b_keep_delete on twin.property_set;
create trigger b_keep_delete after delete on twin.property_set
    referencing old table as changed_old for each statement execute function twin.keep_property_set();
