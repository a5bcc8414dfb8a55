-- Placements in the model of objects of one collection, now or as of the moment. The model leads:
-- its placements are found by one index and their objects by another, whatever statistics say.
select r.feature_id as id, '{name}'::text as collection, r.building_id, r.storey_id, r.floor_no,
    r.geometry, p.part, p.mesh_id, p.matrix{columns}
from {placed} p
join city.{name} r on r.feature_id = p.feature_id
where p.model_id = %(model_id)s and {when} and r.visibility = any(%(access)s)
