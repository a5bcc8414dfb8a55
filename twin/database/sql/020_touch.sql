-- The touch log: which cells of the storage grid (018_cells.sql) a statement changed. Insert
-- only, no transform, no NOTIFY (both were measured: they make writers queue).
-- Readers poll it by transaction horizon and drop the tiles it names.
create or replace function twin.touch_plan() returns trigger
language plpgsql as $$
declare
    changed bigint[];
    then_ boolean := coalesce(current_setting('twin.correction', true), '') = 'on';
begin
    -- A load knows the boxes of its rows and writes their cells itself (twin.store.touched).
    if tg_op = 'INSERT' and coalesce(current_setting('twin.touched', true), '') = 'on' then
        return null;
    end if;
    if tg_op = 'INSERT' then
        -- History copies, made by a trigger, arrive closed; the change they belong to touches by
        -- itself. A closed version somebody writes changes the city as of then, and touches too.
        insert into twin.touch (collection, cell_e, cell_n)
        select distinct tg_table_name, e, n
        from (
            -- few distinct boxes, however many rows: a bulk load pays by the box
            select distinct
                twin.cell(st_xmin(geometry)) as west, twin.cell(st_xmax(geometry)) as east,
                twin.cell(st_ymin(geometry)) as south, twin.cell(st_ymax(geometry)) as north
            from changed_new
            where geometry is not null
                and ((valid_to is null and superseded_at is null) or pg_trigger_depth() = 1)
        ) c, twin.cells_between(c.west, c.south, c.east, c.north);
    else
        insert into twin.touch (collection, cell_e, cell_n)
        select distinct tg_table_name, e, n
        from (select geometry from changed_old union all select geometry from changed_new) c,
             twin.cells_of(c.geometry);
        -- A row of no known place may be drawn all the same (an element by its mesh).
        if exists (select from changed_old where geometry is null)
            and exists (select from changed_new where geometry is null) then
            insert into twin.touch (collection) values (tg_table_name);
        end if;
    end if;
    -- A part is drawn as its building, so the building's cells are touched as well.
    if tg_table_name = 'building_part' then
        if tg_op = 'INSERT' then
            insert into twin.touch (collection, cell_e, cell_n)
            select distinct tg_table_name, e, n
            from city.building b, twin.cells_of(b.geometry)
            where b.feature_id in (select building_id from changed_new);
        else
            insert into twin.touch (collection, cell_e, cell_n)
            select distinct tg_table_name, e, n
            from city.building b, twin.cells_of(b.geometry)
            where b.feature_id in (
                select building_id from changed_old union select building_id from changed_new
            );
        end if;
    end if;
    -- What is in a building is drawn by its height above the building's ground, and may reach into cells
    -- the building does not: a basement, a balcony, a camera across the street. Asked only where the
    -- ground is another, or the building came back or went.
    if tg_table_name = 'building' then
        if tg_op = 'UPDATE' then
            changed := array(
                select n.feature_id from changed_old o join changed_new n using (version_id)
                where (o.elev_base_m, o.valid_to, o.superseded_at)
                    is distinct from (n.elev_base_m, n.valid_to, n.superseded_at)
            );
            then_ := then_ or exists (
                select from changed_old where valid_to is not null or superseded_at is not null
            );
        elsif pg_trigger_depth() = 1 then
            changed := array(
                select n.feature_id from changed_new n
                where exists (
                    select from city.building b
                    where b.feature_id = n.feature_id and b.version_id <> n.version_id
                )
            );
            then_ := then_ or exists (
                select from changed_new where valid_to is not null or superseded_at is not null
            );
        end if;
        if cardinality(changed) > 0 then
            -- where it is another of then, what stood in the building then is drawn anew as well
            perform twin.touch_contents(changed, then_);
        end if;
    end if;
    return null;
end $$;

-- What is in a building and has a place, of all times.
create or replace view twin.building_contents as
    select building_id, geometry, valid_to, superseded_at from city.building_part union all
    select building_id, geometry, valid_to, superseded_at from city.storey union all
    select building_id, geometry, valid_to, superseded_at from city.space union all
    select building_id, geometry, valid_to, superseded_at from city.element union all
    select building_id, geometry, valid_to, superseded_at from city.opening union all
    select building_id, geometry, valid_to, superseded_at from city.equipment union all
    select building_id, geometry, valid_to, superseded_at from city.sensor union all
    select building_id, geometry, valid_to, superseded_at from city.camera;

-- Touch as buildings the cells in which something stands that is in these, or stood; few distinct boxes, however
-- many rows. Two questions, for what is and what was have an index each.
drop function if exists twin.touch_contents(bigint[]);
drop function if exists twin.touch_past_contents(bigint[]);
create or replace function twin.touch_contents(buildings bigint[], past boolean) returns void
language plpgsql as $$
begin
    insert into twin.touch (collection, cell_e, cell_n)
    select distinct 'building', c.e, c.n
    from (
        select distinct
            twin.cell(st_xmin(r.geometry)) as west, twin.cell(st_xmax(r.geometry)) as east,
            twin.cell(st_ymin(r.geometry)) as south, twin.cell(st_ymax(r.geometry)) as north
        from (
            select geometry from twin.building_contents
            where building_id = any(buildings) and valid_to is null and superseded_at is null
            union all
            select geometry from twin.building_contents
            where past and building_id = any(buildings) and not (valid_to is null and superseded_at is null)
        ) r
        where r.geometry is not null
    ) b, twin.cells_between(b.west, b.south, b.east, b.north) c;
end $$;

-- Rows without a place: the collection as a whole was touched.
create or replace function twin.touch_rows() returns trigger
language plpgsql as $$
begin
    if exists (select from changed_new) then
        insert into twin.touch (collection) values (tg_table_name);
    end if;
    return null;
end $$;

-- Triggers and the present-day view of one collection; run for every one of the catalogue at each migration.
create or replace function twin.attach(collection text, placed boolean) returns void
language plpgsql as $$
declare
    touch text := case when placed then 'twin.touch_plan' else 'twin.touch_rows' end;
    old_rows text := case when placed then 'old table as changed_old' else '' end;
begin
    execute format($sql$
        create or replace trigger a_identity before insert on city.%1$I
            for each row when (new.feature_id is null) execute function twin.give_identity();
        create or replace trigger b_history before update on city.%1$I
            for each row execute function twin.keep_history();
        create or replace trigger c_close before delete on city.%1$I
            for each row execute function twin.close_version();
        drop trigger if exists d_identity_known on city.%1$I;
        create trigger d_identity_known after insert on city.%1$I
            referencing new table as changed_new for each statement execute function twin.require_identity();
        drop trigger if exists d_touch_insert on city.%1$I;
        create trigger d_touch_insert after insert on city.%1$I
            referencing new table as changed_new for each statement execute function %2$s();
        drop trigger if exists e_touch_update on city.%1$I;
        create trigger e_touch_update after update on city.%1$I
            referencing %3$s new table as changed_new for each statement execute function %2$s();
        create or replace trigger i_no_truncate before truncate on city.%1$I
            for each statement execute function twin.refuse_truncate();
        drop view if exists city_now.%1$I;
        create view city_now.%1$I as
            select * from city.%1$I where valid_to is null and superseded_at is null;
    $sql$, collection, touch, old_rows);
end $$;
