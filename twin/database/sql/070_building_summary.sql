-- Counts of a building, kept by statement triggers: a statement recounts only the
-- buildings it touched. A map coloured by them hears of it by the buildings' cells.
create or replace function city.recount_buildings(ids bigint[]) returns void
-- in the first load the tables have no statistics yet, and loops over them would be long
language plpgsql set enable_nestloop = off as $$
declare
    changed bigint[];
begin
    with counted as (
        select b.id as building_id, u.units, u.vacant_units, u.occupancy_known, s.floors, p.spaces, d.sensors
        from (select distinct id from unnest(ids) id where id is not null) b
        left join (
            select building_id, count(*) as units,
                   count(*) filter (where occupancy in ('V', 'vacant')) as vacant_units,
                   count(occupancy) as occupancy_known
            from city.unit where building_id = any(ids) and valid_to is null and superseded_at is null
            group by building_id) u on u.building_id = b.id
        left join (
            select building_id, count(*) as floors from city.storey
            where building_id = any(ids) and valid_to is null and superseded_at is null
            group by building_id) s on s.building_id = b.id
        left join (
            select building_id, count(*) as spaces from city.space
            where building_id = any(ids) and valid_to is null and superseded_at is null
            group by building_id) p on p.building_id = b.id
        left join (
            select building_id, count(*) as sensors from city.sensor
            where building_id = any(ids) and valid_to is null and superseded_at is null
            group by building_id) d on d.building_id = b.id
    ), stored as (
        insert into city.building_summary as t
            (building_id, units, vacant_units, occupancy_known, floors, spaces, sensors)
        -- no row of a kind is null: nobody has counted, which is not the same as none
        select building_id, units, vacant_units, occupancy_known, floors, spaces, sensors from counted
        on conflict (building_id) do update
            set units = excluded.units, vacant_units = excluded.vacant_units,
                occupancy_known = excluded.occupancy_known, floors = excluded.floors,
                spaces = excluded.spaces, sensors = excluded.sensors
            where (t.units, t.vacant_units, t.occupancy_known, t.floors, t.spaces, t.sensors)
                  is distinct from (excluded.units, excluded.vacant_units, excluded.occupancy_known,
                                    excluded.floors, excluded.spaces, excluded.sensors)
        returning building_id
    )
    select array_agg(building_id) into changed from stored;
    -- under both names: no row of a building changes, so who follows those alone would miss it
    insert into twin.touch (collection, cell_e, cell_n)
    select distinct c.name, e, n
    from city.building b, (values ('building'), ('building_summary')) c (name), twin.cells_of(b.geometry)
    where b.feature_id = any(changed) and b.valid_to is null and b.superseded_at is null;
end $$;

create or replace function city.keep_summary() returns trigger
language plpgsql as $$
declare
    ids bigint[];
begin
    if tg_op = 'UPDATE' then
        select array_agg(distinct building_id) into ids
        from (select building_id from changed_old union select building_id from changed_new) c
        where building_id is not null;
    else
        select array_agg(distinct building_id) into ids from changed_new
        where building_id is not null and valid_to is null and superseded_at is null;
    end if;
    if ids is not null then
        perform city.recount_buildings(ids);
    end if;
    return null;
end $$;

do $$
declare
    name text;
begin
    foreach name in array array['unit', 'storey', 'space', 'sensor'] loop
        execute format($sql$
            drop trigger if exists i_summary_insert on city.%1$I;
            create trigger i_summary_insert after insert on city.%1$I referencing new table as changed_new
                for each statement execute function city.keep_summary();
            drop trigger if exists j_summary_update on city.%1$I;
            create trigger j_summary_update after update on city.%1$I
                referencing old table as changed_old new table as changed_new
                for each statement execute function city.keep_summary();
        $sql$, name);
    end loop;
end $$;
