-- Objects of one collection that have shapes in the model, now or as of the moment.
select r.feature_id as id, '{name}'::text as collection, r.building_id, r.storey_id, r.floor_no,
    r.geometry{columns}
from city.{name} r
where {when} and r.visibility = any(%(access)s)
    and r.feature_id in (select p.feature_id from twin.placement p where p.model_id = %(model_id)s)
