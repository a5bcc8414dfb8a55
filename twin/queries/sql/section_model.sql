-- A model that is drawn.
select m.id, m.matrix
from twin.model m
left join city.building b on b.feature_id = m.building_id and b.valid_to is null and b.superseded_at is null
where m.id = %(model)s and m.withdrawn_at is null and m.shapes_at is not null and m.matrix is not null
    and (m.building_id is null or b.visibility = any(%(circles)s::text[]))
