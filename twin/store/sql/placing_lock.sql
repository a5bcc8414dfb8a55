-- All of the model's, in one order: who accepts one place says no to the others, and two people may do so at once.
select p.id, p.source, p.decision, p.problem, p.withdrawn_at
from twin.placing p
where p.source = (select source from twin.placing where id = %(id)s)
order by p.id
for update
