select m.id, m.source, m.name, m.load_id, m.building_id
from twin.model m
left join city.building b on b.feature_id = m.building_id and {valid b}
where m.id = %(model)s and (m.building_id is null or b.visibility = any(%(circles)s::text[]))
