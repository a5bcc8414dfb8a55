select
    p.id, p.source, p.problem, p.building_id, b.code as building_code, b.name_zh as building_name_zh,
    p.residual_m, p.overlap, p.rotation_deg, p.shift_m, p.ambiguous, p.proposed_at,
    p.decision, p.decided_by, p.decided_at, p.note, l.file_name,
    st_x(c.point) as lon, st_y(c.point) as lat
from twin.placing p
join twin.model m on m.id = p.model_id
left join twin.load l on l.id = m.load_id
left join city.building b
    on b.feature_id = p.building_id and b.valid_to is null and b.superseded_at is null
cross join lateral (select st_transform(st_centroid(p.footprint), 4326) as point) c
where (%(id)s::bigint is null or p.id = %(id)s)
    and (%(source)s::text is null or p.source = %(source)s)
    and (not %(open)s or p.decision is null)
    and (b.visibility is null or b.visibility = any(%(circles)s::text[]))
order by p.decision is not null, p.proposed_at desc, p.id
limit %(limit)s
