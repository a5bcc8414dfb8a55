-- Objects of a model by what they have as one property; the others under null: it makes no sense of classes
-- of which no object has it, and of the others it is unknown.
select g.value, g.state, count(*) as count, array_agg(g.id order by g.id) as ids
from (
    select o.id, v.value,
        case
            when v.value is not null then 'known'
            when bool_or(v.stated) over (partition by o.collection, o.ifc_class) then 'unknown'
            else 'not_applicable'
        end as state
    from ({objects}) o
    left join {sets} p on p.feature_id = o.id
    cross join lateral (
        select p.sets -> 'psets' -> %(title)s ->> %(property)s as value,
            coalesce(p.sets -> 'psets' -> %(title)s ? %(property)s, false) as stated
    ) v
) g
group by g.value, g.state
order by g.value is null, count(*) desc, g.value, g.state
