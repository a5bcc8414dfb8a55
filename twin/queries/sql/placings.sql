select
    p.id, p.source, p.problem, p.building_id, b.code as building_code, b.name_zh as building_name_zh,
    p.residual_m, p.overlap, p.rotation_deg, p.shift_m, p.ambiguous, p.proposed_at,
    p.load_id, p.decision, p.decided_by, p.decided_at, p.note, p.withdrawn_at, p.withdrawn_by, p.withdrawn_note,
    -- proposed again what a person has said no to; those that gave way to another place do not count
    (
        select jsonb_build_object('id', r.id, 'by', r.decided_by, 'at', r.decided_at, 'note', r.note)
        from twin.placing r
        where r.source = p.source and r.building_id = p.building_id and r.decision = 'rejected'
            and r.decided_at <= p.proposed_at and r.note is distinct from 'another place was accepted: ' || (
                select a.id from twin.placing a
                where a.source = r.source and a.decision = 'accepted' and a.decided_at = r.decided_at
                limit 1
            )::text
            and (select max(abs(x - y)) from unnest(r.matrix, p.matrix) t (x, y)) < 0.1
        order by r.decided_at desc
        limit 1
    ) as rejected_before,
    l.file_name,
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
