-- A version is never overwritten. Whoever changes a row by plain SQL, in QGIS or
-- through the API leaves the old version behind, closed at the same instant.

-- Rows written by hand need an identity of their own.
create or replace function twin.give_identity() returns trigger
language plpgsql as $$
begin
    insert into city.feature (collection, source, source_key)
    values (tg_table_name, 'manual', gen_random_uuid()::text)
    returning id into new.feature_id;
    return new;
end $$;

-- Every version belongs to an object. Asked once a statement: a foreign key asks once a
-- row, which was a third of the time of a bulk load.
-- Statistics taken in the middle of a load count only the rows of others and call city.feature
-- empty. A join would then read all of it for each row (measured: 80 s for 20,000 rows), so it
-- is a question a row, which the planner can only answer by the index.
create or replace function twin.require_identity() returns trigger
language plpgsql set enable_seqscan = off as $$
declare
    stray bigint;
begin
    -- A load took the ids of these rows from city.feature in this very transaction.
    if coalesce(current_setting('twin.identified', true), '') = 'on' then
        return null;
    end if;
    -- planned anew each time: a plan kept from a statement of three rows knows nothing of thousands
    execute 'select n.feature_id from changed_new n
        where (select f.id from city.feature f where f.id = n.feature_id) is null limit 1' into stray;
    if stray is not null then
        raise foreign_key_violation using
            message = format('there is no object %s in city.feature for a row of %s', stray, tg_table_name);
    end if;
    return null;
end $$;

-- The instant a version ends and the next begins. Whoever began a transaction before the
-- version it changes was written comes after it all the same: then the clock counts, and is
-- noted, so that the transaction knows its own version again.
create or replace function twin.turn(written timestamptz) returns timestamptz
language plpgsql as $$
declare
    noted timestamptz := nullif(current_setting('twin.turn', true), '')::timestamptz;
begin
    if written <= now() then
        return now();
    end if;
    if noted is null or noted < written then
        noted := greatest(clock_timestamp(), written + interval '1 microsecond');
        perform set_config('twin.turn', noted::text, true);
    end if;
    return noted;
end $$;

create or replace function twin.keep_history() returns trigger
language plpgsql as $$
declare
    moment timestamptz;
    correction boolean := coalesce(current_setting('twin.correction', true), '') = 'on';
    changed text[];
    after_ record;
    before_ record;
begin
    -- A load keeps its history itself, set by set (twin.store.compare).
    if coalesce(current_setting('twin.loading', true), '') = 'on' then
        return new;
    end if;
    -- An update speaks of the present: it passes over versions that are closed.
    if old.valid_to is not null or old.superseded_at is not null then
        return null;
    end if;
    -- Closing a version, by a load or by a delete, is not an edit of its values.
    if new.valid_to is not null or new.superseded_at is not null then
        return new;
    end if;
    after_ := new;
    before_ := old;
    -- A PolyhedralSurface has no JSON form: solids are compared by themselves.
    if exists (select from pg_attribute where attrelid = tg_relid and attname = 'solid' and not attisdropped) then
        if new.solid is distinct from old.solid then
            changed := array['solid'];
        end if;
        after_.solid := null;
        before_.solid := null;
    end if;
    select changed || array_agg(n.key) into changed
    from jsonb_each(to_jsonb(after_)) n join jsonb_each(to_jsonb(before_)) o using (key)
    where n.value is distinct from o.value
      and n.key not in ('provenance', 'recorded_at', 'valid_from', 'version_id');
    if changed is null then
        return new;
    end if;
    if new.feature_id <> old.feature_id then
        raise exception 'the identity of a row cannot change (% of %)', old.feature_id, tg_table_name;
    end if;
    -- Two edits in one transaction are one version.
    if old.recorded_at <> all (array_remove(
            array[now(), nullif(current_setting('twin.turn', true), '')::timestamptz], null)) then
        moment := twin.turn(old.recorded_at);
        old.version_id := nextval(pg_get_serial_sequence(tg_table_schema || '.' || tg_table_name, 'version_id'));
        if correction then
            old.superseded_at := moment;
        else
            old.valid_to := greatest(moment, old.valid_from);
        end if;
        execute format('insert into %I.%I select ($1).*', tg_table_schema, tg_table_name) using old;
        if not correction then
            new.valid_from := old.valid_to;
        end if;
        new.recorded_at := moment;
    end if;
    -- Which values a person changed: these no longer come from the load.
    new.provenance := coalesce(old.provenance, '{}') || (
        select jsonb_object_agg(key, jsonb_build_object(
            'source', coalesce(nullif(current_setting('twin.actor', true), ''), session_user),
            'at', now()))
        from unnest(changed) key);
    return new;
end $$;

-- What is deleted was there until now.
create or replace function twin.close_version() returns trigger
language plpgsql as $$
begin
    if old.valid_to is null and old.superseded_at is null then
        execute format('update %I.%I set valid_to = greatest($2, valid_from) where version_id = $1',
            tg_table_schema, tg_table_name) using old.version_id, twin.turn(old.recorded_at);
    end if;
    return null;
end $$;

-- TRUNCATE fires no row trigger: history, search, counts and the tiles of every server
-- would be wrong from then on.
create or replace function twin.refuse_truncate() returns trigger
language plpgsql as $$
begin
    raise exception using
        errcode = 'feature_not_supported',
        message = format('TRUNCATE would take away the history of %I.%I', tg_table_schema, tg_table_name),
        hint = 'DELETE closes the rows and keeps what was.';
end $$;
