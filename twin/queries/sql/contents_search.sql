-- Objects of a model in which every word is found: in what they are called, in the name of their
-- kind or class, or in a property they have and the caller may read. How many there are is told
-- however far one has skipped. Most objects share what they say of themselves with others, so each
-- distinct set of properties is looked through once, and a word is looked up in the code lists once.
-- Words without letters of two cases (Chinese, numbers) spare the text from being made small.
with objects as materialized (
    select o.id, o.collection, o.global_id, o.ifc_class, o.name, o.title, o.kind, o.floor_no, o.space_id,
        case when %(cased)s then lower(o.spoken) else o.spoken end as spoken
    from ({objects}) o
    where (%(floor)s::int is null or o.floor_no = %(floor)s::int)
      and (%(storey)s::bigint is null or o.storey_id = %(storey)s::bigint)
      and (%(class)s::text is null or o.ifc_class = %(class)s::text)
      and (%(kind)s::text is null or o.kind = %(kind)s::text)
), words as (
    select w.word, w.number, c.kinds, c.classes
    from unnest(%(words)s::text[]) with ordinality w (word, number)
    cross join lateral (
        select array_agg(k.code) filter (where k.list = 'equipment') as kinds,
            array_agg(k.code) filter (where k.list = 'ifc_class') as classes
        from twin.code k
        where k.list in ('equipment', 'ifc_class') and position(w.word in lower(concat_ws(' ', k.zh, k.en))) > 0
    ) c
), told as materialized (
    select p.sets -> 'psets' as psets, array_agg(p.feature_id) as ids
    from {sets} p
    where cardinality(%(words)s::text[]) > 0
    group by 1
), texts as materialized (
    select t.psets, t.ids, case when %(cased)s then lower(t.psets::text) else t.psets::text end as text from told t
), hits as (
    select w.number, o.id
    from objects o
    join words w on position(w.word in o.spoken) > 0 or o.kind = any(w.kinds) or o.ifc_class = any(w.classes)
    union
    select w.number, unnest(t.ids)
    from texts t
    join words w on position(w.word in t.text) > 0
    where exists (
        select
        from jsonb_each(t.psets) s (title, properties)
        cross join jsonb_each_text(s.properties) v (name, said)
        where lower(regexp_replace(v.name, '[^[:alnum:]]', '', 'g')) <> all (%(hidden)s::text[])
          and position(w.word in lower(concat_ws(' ', s.title, v.name, v.said))) > 0
    )
), found as (
    select o.id, o.collection, o.global_id, o.ifc_class, o.name, o.title, o.kind, o.floor_no, o.space_id
    from objects o
    where cardinality(%(words)s::text[]) = 0
       or o.id in (select h.id from hits h group by h.id having count(*) = cardinality(%(words)s::text[]))
)
select n.matched, f.*
from (select count(*) as matched from found) n
left join lateral (
    select * from found order by floor_no desc nulls last, ifc_class, name, id limit %(limit)s offset %(skip)s
) f on true
