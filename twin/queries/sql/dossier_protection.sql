select k.protection, coalesce(b.status, 'unknown') as status, coalesce(b.evidence, '[]') as evidence
from (values ('sprinkler'), ('indoor_hydrant'), ('alarm_system')) k(protection)
left join {protection} b on b.building_id = %(building)s and b.protection = k.protection
order by array_position(array['sprinkler', 'indoor_hydrant', 'alarm_system'], k.protection)
