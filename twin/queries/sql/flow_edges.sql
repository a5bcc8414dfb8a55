-- What the ports join in the models something is joined in. The models are asked for once, as an
-- array: before the table has statistics a subquery in their place is run again for every edge.
select w.from_id, w.to_id
from twin.flow_edge w
where w.model_id = any(array(
        select e.model_id from twin.flow_edge e where (e.from_id = %(id)s or e.to_id = %(id)s) and {valid e}
    ))
    and {valid w}
