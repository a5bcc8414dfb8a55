-- The values are the columns of the catalogue: a solid has no JSON form.
select (select to_jsonb(v) from (select {values}) v) as version, coalesce(l.source, f.source) as source, l.source_date
from city.building b
join city.feature f on f.id = b.feature_id
left join twin.load l on l.id = b.load_id
where b.feature_id = %(building)s
  and (%(moment)s::timestamptz is null or b.recorded_at <= %(moment)s)
order by b.recorded_at, b.valid_from nulls first, b.version_id
limit 200
