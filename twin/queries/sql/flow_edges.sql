select w.from_id, w.to_id
from twin.flow_edge w
where w.model_id in (
        select e.model_id from twin.flow_edge e where (e.from_id = %(id)s or e.to_id = %(id)s) and {valid e}
    )
    and {valid w}
