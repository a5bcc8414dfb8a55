select id, coalesce(name, source) as name, building_id
from twin.model
where withdrawn_at is null and shapes_at is not null and matrix is not null
order by id
