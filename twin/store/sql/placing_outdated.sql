-- Whether what a proposal was made of is still so: the version of the model, and the building it lies on.
select
    m.load_id is distinct from p.load_id as model,
    b.geometry is null as gone,
    -- what is edited without touching the outline does not count
    b.geometry is not null and o.geometry is not null and not st_equals(b.geometry, o.geometry) as reshaped,
    coalesce(b.code, o.code, p.building_id::text) as building
from twin.placing p
join twin.model m on m.id = p.model_id
left join city.building b on b.feature_id = p.building_id and b.valid_to is null and b.superseded_at is null
left join lateral (
    select c.geometry, c.code from city.building c
    where c.feature_id = p.building_id and c.recorded_at <= p.proposed_at
    order by c.recorded_at desc
    limit 1
) o on true
where p.id = %(id)s
