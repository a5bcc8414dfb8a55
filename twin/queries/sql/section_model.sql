-- A model that is drawn, and where it stands, or stood.
select m.id, twin.model_matrix_at(m.id, %(moment)s::timestamptz) as matrix
from twin.model m
left join city.building b on b.feature_id = m.building_id and {valid b}
where m.id = %(model)s and m.withdrawn_at is null and m.shapes_at is not null
    and (m.building_id is null or b.visibility = any(%(circles)s::text[]))
