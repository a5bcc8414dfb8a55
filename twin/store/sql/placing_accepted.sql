-- The last word of a person about the place of a model, for each thing the model said of its place.
select id, statement, matrix, footprint, decided_by
from (
    select distinct on (statement) id, statement, matrix, st_asbinary(footprint) as footprint, decided_by,
        decided_at, withdrawn_at
    from twin.placing
    where source = %(source)s and decision = 'accepted'
    order by statement, decided_at desc, id desc
) last
where withdrawn_at is null
order by decided_at desc, id desc
