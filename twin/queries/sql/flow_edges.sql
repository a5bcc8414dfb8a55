select w.from_id, w.to_id
from twin.flow_edge w
where w.model_id in (select model_id from twin.flow_edge where from_id = %(id)s or to_id = %(id)s)
