-- Property sets of the objects of a model: how many objects have each property.
select s.title || '.' || v.name as path, count(*) as count
from ({objects}) o
join {sets} p on p.feature_id = o.id
cross join jsonb_each(p.sets -> 'psets') s (title, properties)
cross join jsonb_object_keys(s.properties) v (name)
where lower(regexp_replace(v.name, '[^[:alnum:]]', '', 'g')) <> all (%(hidden)s::text[])
group by 1
order by count(*) desc, 1
limit %(limit)s
