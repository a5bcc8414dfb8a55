-- Objects of a model by what they have as one column. Null is three things: the column makes no sense of
-- the object; it says what an object belongs to, and the model tells it of others; or nobody knows.
select g.value, g.state, count(*) as count, array_agg(g.id order by g.id) as ids
from (
    select o.id, o.value,
        case
            when o.value is not null then 'known'
            when not o.applies then 'not_applicable'
            when %(membership)s and bool_or(o.value is not null) over () then 'absent'
            else 'unknown'
        end as state
    from ({objects}) o
) g
group by g.value, g.state
order by g.value is null, count(*) desc, g.value, g.state
