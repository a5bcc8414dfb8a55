-- A building is drawn by its own model or by its footprint: when a model comes, goes or is
-- moved to another building, the tiles of those buildings change.
create or replace function twin.touch_model() returns trigger
language plpgsql as $$
begin
    -- under both names: no row of a building changes, so who follows those alone would miss it
    insert into twin.touch (collection, cell_e, cell_n)
    select distinct c.name, e, n
    from city.building b, (values ('building'), ('building_summary')) c (name), twin.cells_of(b.geometry)
    where b.feature_id in (
            case when tg_op <> 'INSERT' then old.building_id end,
            case when tg_op <> 'DELETE' then new.building_id end
        )
        and b.valid_to is null and b.superseded_at is null;
    return null;
end $$;

create or replace trigger touch_building
    after insert or delete or update of building_id, hides_lod1, shapes_at, withdrawn_at on twin.model
    for each row execute function twin.touch_model();

-- The 3D tiles of a model follow the model itself and what it shows: both touch as a whole, for
-- models are few and a load changes much of one at once.
create or replace function twin.touch_models() returns trigger
language plpgsql as $$
begin
    insert into twin.touch (collection) values ('model');
    return null;
end $$;

create or replace trigger touch_models
    after insert or delete or update on twin.model
    for each statement execute function twin.touch_models();
create or replace trigger touch_models
    after insert or delete or update on twin.placement
    for each statement execute function twin.touch_models();
