-- Search documents, kept by statement triggers, so that a name written by any client is
-- found at once. Folding: compatibility forms, lower case, no spaces or punctuation,
-- simplified characters.

-- Latin typing errors only; a database that refuses the extension searches without it.
do $$ begin
    -- a role named like one of our schemas would put it there
    create extension if not exists pg_trgm with schema public;
exception when insufficient_privilege or undefined_file or feature_not_supported then
    raise notice 'pg_trgm is not available: names with typing errors will not be found';
end $$;

do $$ begin
    if exists (select from pg_extension where extname = 'pg_trgm') then
        create index if not exists search_code_typing on twin.search_code using gin (code public.gin_trgm_ops)
            where kind in ('name', 'pinyin') and code ~ '^[a-z]';
    end if;
end $$;

create or replace function twin.strip(given text) returns text
language sql immutable parallel safe strict as $$
    select regexp_replace(lower(normalize(given, NFKC)),
        '[\s!-/:-@\[-`{-~·、。“”‘’…—–―《》〈〉【】〔〕「」『』〜￥]+', '', 'g')
$$;

create or replace function twin.fold(given text) returns text
language sql stable parallel safe strict as $$
    select coalesce(string_agg(coalesce(h.simplified, c.ch), '' order by c.n), '')
    from string_to_table(twin.strip(given), null) with ordinality c(ch, n)
    left join twin.hanzi h on h.chars = c.ch
$$;

-- Two characters at a time: what a Chinese query of two characters, the commonest kind,
-- can be looked up by.
create or replace function twin.bigrams(folded text) returns text[]
language sql immutable parallel safe strict as $$
    select coalesce(array_agg(distinct substr(folded, n, 2)), '{}')
    from generate_series(1, length(folded) - 1) n
$$;

-- The trigger's arguments: a select list over the transition table (alias c) that yields
-- (feature_id, label_zh, label_en, detail, names, spoken, codes, building_id, floor_no,
-- point), the weight, and whether there are names or only codes. One pass over all characters of all rows, joined by hash. It is
-- one function because a transition table is not seen by functions called from here.
drop function if exists twin.write_search(text, real, text);
create or replace function twin.keep_search() returns trigger
language plpgsql as $$
declare
    gone bigint[];
    differing bigint[];
    changed bigint[];
    planner constant text := current_setting('enable_nestloop');
    by_name constant text := $sql$
        spelled as (
            select r.feature_id, n.name, n.ord, n.ord <= cardinality(r.spoken) as spoken, c.ch, c.pos
            from row_ r
            cross join lateral unnest(r.spoken || r.names) with ordinality n(name, ord)
            cross join lateral string_to_table(twin.strip(n.name), null) with ordinality c(ch, pos)
        ), neighbours as (
            select s.*, lead(ch) over w as next, lag(ch) over w as previous
            from spelled s window w as (partition by feature_id, ord order by pos)
        ), folded as (
            select s.feature_id, s.ord, s.spoken,
                   string_agg(coalesce(h.simplified, s.ch), '' order by s.pos) as name,
                   string_agg(coalesce(fore.pinyin, aft.pinyin_2, h.pinyin, s.ch), '' order by s.pos)
                       filter (where s.spoken) as pinyin,
                   string_agg(left(coalesce(fore.pinyin, aft.pinyin_2, h.pinyin, s.ch), 1), '' order by s.pos)
                       filter (where s.spoken) as initials,
                   bool_or(h.chars is not null) as chinese
            from neighbours s
            left join twin.hanzi h on h.chars = s.ch
            left join twin.hanzi fore on s.spoken and s.next is not null and fore.chars = s.ch || s.next
            left join twin.hanzi aft on s.spoken and s.previous is not null and aft.chars = s.previous || s.ch
            group by s.feature_id, s.ord, s.spoken
        ), whole as (
            select feature_id, array_agg(distinct name) as names,
                   array_agg(distinct pinyin) filter (where chinese and spoken) as pinyin,
                   array_agg(distinct initials) filter (where chinese and spoken) as initials
            from folded group by feature_id
        ), document as (
            select r.feature_id, r.label_zh, r.label_en, r.detail,
                   coalesce((select array_agg(distinct twin.strip(k)) from unnest(r.codes) k where twin.strip(k) <> ''), '{}') as codes,
                   coalesce(w.names, '{}') as names,
                   coalesce((select array_agg(distinct b) from unnest(w.names) n, unnest(twin.bigrams(n)) b), '{}') as bigrams,
                   coalesce(w.pinyin, '{}') as pinyin, coalesce(w.initials, '{}') as initials,
                   r.building_id, r.floor_no, r.point
            from row_ r left join whole w using (feature_id)
        )$sql$;
    -- where only codes are looked for, nothing is spelled
    by_code constant text := $sql$
        document as (
            select r.feature_id, r.label_zh, r.label_en, r.detail,
                   array_remove(array[twin.strip(r.codes[1]), twin.strip(r.codes[2])], null) as codes,
                   '{}'::text[] as names, '{}'::text[] as bigrams, '{}'::text[] as pinyin,
                   '{}'::text[] as initials, r.building_id, r.floor_no, r.point
            from row_ r
        )$sql$;
begin
    if tg_op = 'UPDATE' then
        execute format('select array_agg(distinct c.feature_id) from changed_new c where not exists (
            select from city.%I v where v.feature_id = c.feature_id
            and v.valid_to is null and v.superseded_at is null and v.visibility = ''public'')', tg_table_name)
            into gone;
        if gone is not null then
            delete from twin.search_code where feature_id = any(gone);
            delete from twin.search_document where feature_id = any(gone);
        end if;
    end if;
    -- history copies arrive closed, one a statement: nothing to do for them
    if not exists (select from changed_new where valid_to is null and superseded_at is null) then
        return null;
    end if;
    -- most edits change nothing that is looked for, and spelling costs forty times a look
    if tg_op = 'UPDATE' then
        execute format($sql$
            select array_agg(distinct feature_id) from (
                select %1$s from changed_new c
                where c.valid_to is null and c.superseded_at is null and c.visibility = 'public'
                except
                select %1$s from changed_old c
                where c.valid_to is null and c.superseded_at is null and c.visibility = 'public'
            ) d
        $sql$, tg_argv[3]) into differing;
        if differing is null then
            return null;
        end if;
    end if;
    -- the planner takes a transition table for one row: with many, loops would never end
    if (select count(*) from (select from changed_new limit 200) many) = 200 then
        perform set_config('enable_nestloop', 'off', true);
    end if;
    execute format($sql$
        with row_ as materialized (
            select %s from changed_new c
            where c.valid_to is null and c.superseded_at is null and c.visibility = 'public'
                and ($1 is null or c.feature_id = any($1))
        ), %s, stored as (
            insert into twin.search_document as d
                (feature_id, collection, label_zh, label_en, detail, codes, names, bigrams, pinyin, initials,
                 building_id, floor_no, point, weight)
            select feature_id, %L, label_zh, label_en, detail, codes, names, bigrams, pinyin, initials,
                   building_id, floor_no, point, %L::real
            from document
            on conflict (feature_id) do update set
                label_zh = excluded.label_zh, label_en = excluded.label_en, detail = excluded.detail,
                codes = excluded.codes, names = excluded.names, bigrams = excluded.bigrams,
                pinyin = excluded.pinyin, initials = excluded.initials, building_id = excluded.building_id,
                floor_no = excluded.floor_no, point = excluded.point, weight = excluded.weight
            where (d.label_zh, d.label_en, d.detail, d.codes, d.names, d.pinyin, d.building_id, d.floor_no, d.weight)
                  is distinct from (excluded.label_zh, excluded.label_en, excluded.detail, excluded.codes,
                      excluded.names, excluded.pinyin, excluded.building_id, excluded.floor_no, excluded.weight)
                  or not coalesce(st_equals(d.point, excluded.point), d.point is null and excluded.point is null)
            returning d.feature_id
        )
        select array_agg(feature_id) from stored
    $sql$, tg_argv[0], case tg_argv[2] when 'codes' then by_code else by_name end, tg_table_name, tg_argv[1])
        into changed using differing;
    perform set_config('enable_nestloop', planner, true);
    if changed is null then
        return null;
    end if;

    delete from twin.search_code where feature_id = any(changed);
    insert into twin.search_code (feature_id, code, kind)
    select distinct d.feature_id, left(k.code, 200), k.kind
    from twin.search_document d
    cross join lateral (
        select unnest(d.codes) as code, 'code' as kind
        union all select unnest(d.names), 'name'
        union all select unnest(d.pinyin), 'pinyin'
        union all select unnest(d.initials), 'initials') k
    where d.feature_id = any(changed) and k.code <> '';
    return null;
end $$;

-- Give a collection its search triggers. `searched` are the columns of the catalogue that
-- are looked for; which of them are codes, names that are spoken, or long texts stands here.
create or replace function twin.attach_search(collection text, searched text[], weight real) returns void
language plpgsql as $$
declare
    codes text[] := '{code,unit_code,identifier}';
    long text[] := '{address,full,headline,title,road}';
    lists text[] := '{alias}';
    label_zh text;
    label_en text;
    detail text;
    names text;
    spoken text;
    code_list text;
    list text;
    reads text;
    has text[];
begin
    execute format('drop trigger if exists g_search_insert on city.%1$I;
                    drop trigger if exists h_search_update on city.%1$I', collection);
    if cardinality(searched) = 0 then
        return;
    end if;
    select array_agg(column_name::text) into has from information_schema.columns
    where table_schema = 'city' and table_name = collection;
    select coalesce('coalesce(' || string_agg('nullif(c.' || quote_ident(k) || ', '''')', ', ' order by o) || ')', 'null')
        into label_zh
    from unnest('{name_zh,name,full,title,headline,long_name,room,code}'::text[]) with ordinality x(k, o) where k = any(has);
    label_en := case when 'name_en' = any(has) then 'c.name_en' else 'null::text' end;
    select coalesce('coalesce(' || string_agg('nullif(c.' || quote_ident(k) || ', '''')', ', ' order by o) || ')', 'null::text')
        into detail
    from unnest('{address,full,road,type,kind}'::text[]) with ordinality x(k, o) where k = any(has);
    select coalesce(string_agg('c.' || quote_ident(k), ', '), '') into names
    from unnest(searched) k where k = any(long);
    select coalesce(string_agg('c.' || quote_ident(k), ', '), '') into spoken
    from unnest(searched) k where k <> all(long || codes || lists);
    select coalesce(string_agg('c.' || quote_ident(k), ', '), '') into code_list
    from unnest(searched || array['code']) k where k = any(codes) and k = any(has);
    select coalesce(string_agg(' || coalesce(c.' || quote_ident(k) || ', ''{}'')', ''), '') into list
    from unnest(searched) k where k = any(lists);
    -- every column the document is made of
    select string_agg('c.' || quote_ident(k), ', ' order by k) into reads
    from (
        select distinct k from unnest(
            searched || '{feature_id,building_id,floor_no,geometry,code,name_en}'::text[]
            || '{name_zh,name,full,title,headline,long_name,room,address,road,type,kind}'::text[]) k
        where k = any(has)
    ) read;
    execute format($sql$
        create trigger g_search_insert after insert on city.%1$I referencing new table as changed_new
            for each statement execute function twin.keep_search(%2$L, %3$L, %4$L);
        create trigger h_search_update after update on city.%1$I
            referencing old table as changed_old new table as changed_new
            for each statement execute function twin.keep_search(%2$L, %3$L, %4$L, %5$L);
    $sql$, collection, format(
        'c.feature_id, %s as label_zh, %s as label_en, %s as detail,
         array_remove(array[%s]::text[], null) as names,
         array_remove(array[%s]::text[]%s, null) as spoken,
         array_remove(array[%s]::text[], null) as codes, c.building_id, c.floor_no, %s as point',
        label_zh, label_en, detail, names, spoken,
        -- other forms of an address are long texts, other names of a building are spoken
        list, code_list,
        case when 'geometry' = any(has) then 'st_force2d(st_pointonsurface(c.geometry))' else 'null::geometry' end),
        weight, case when names = '' and spoken = '' and list = '' then 'codes' else 'names' end, reads);
end $$;
