-- The last word of a person about the place of a model.
select id, statement, matrix, decided_by, decided_at
from twin.placing
where source = %(source)s and decision = 'accepted'
order by decided_at desc, id desc
limit 1
