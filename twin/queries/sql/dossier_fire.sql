-- The newest record, should a building have several.
select (select to_jsonb(v) from (select {values}) v) as version, coalesce(l.source, f.source) as source, l.source_date
from city.fire_profile p
join city.feature f on f.id = p.feature_id
left join twin.load l on l.id = p.load_id
where p.building_id = %(building)s and {valid p}
  and p.visibility = any(%(circles)s::text[])
order by p.checked_on desc nulls last, p.feature_id desc
limit 1
