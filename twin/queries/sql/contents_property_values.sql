-- Objects of a model by what they have as one property; the others under null.
select p.sets -> 'psets' -> %(title)s ->> %(property)s as value, count(*) as count, array_agg(o.id order by o.id) as ids
from ({objects}) o
left join twin.property_set p on p.model_id = %(model)s and p.feature_id = o.id
group by 1
order by 1 is null, count(*) desc, 1
