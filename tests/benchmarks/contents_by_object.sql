-- The peer of the benchmark: every object asked by itself, as it was before.
-- Objects of a model in which every word is found: in what they are called, in the name of their
-- kind or class, or in a property they have and the caller may read. How many there are is told
-- however far one has skipped.
with found as (
    select o.id, o.collection, o.global_id, o.ifc_class, o.name, o.title, o.kind, o.floor_no, o.space_id
    from ({objects}) o
    left join twin.code k on k.list = 'equipment' and k.code = o.kind
    left join twin.code i on i.list = 'ifc_class' and i.code = o.ifc_class
    left join twin.property_set p on p.model_id = %(model)s and p.feature_id = o.id
    where (%(floor)s::int is null or o.floor_no = %(floor)s::int)
      and (%(storey)s::bigint is null or o.storey_id = %(storey)s::bigint)
      and (%(class)s::text is null or o.ifc_class = %(class)s::text)
      and (%(kind)s::text is null or o.kind = %(kind)s::text)
      and not exists (
        select from unnest(%(words)s::text[]) w (word)
        where position(w.word in lower(concat_ws(' ', o.spoken, k.zh, k.en, i.zh, i.en))) = 0
          and not (
            position(w.word in lower(p.sets::text)) > 0
            and exists (
                select
                from jsonb_each(p.sets -> 'psets') s (title, properties)
                cross join jsonb_each_text(s.properties) v (name, said)
                where lower(regexp_replace(v.name, '[^[:alnum:]]', '', 'g')) <> all (%(hidden)s::text[])
                  and position(w.word in lower(concat_ws(' ', s.title, v.name, v.said))) > 0
            )
          )
      )
)
select n.matched, f.*
from (select count(*) as matched from found) n
left join lateral (
    select * from found order by floor_no desc nulls last, ifc_class, name, id limit %(limit)s offset %(skip)s
) f on true
