insert into live.incident_event
    (incident_id, seq, actor, kind, from_status, to_status, payload, idempotency_key)
select %(incident)s, coalesce(max(seq), 0) + 1, %(actor)s, %(kind)s, %(from_status)s, %(to_status)s,
       %(payload)s, %(key)s
from live.incident_event where incident_id = %(incident)s
returning incident_id, seq, at, actor, kind, from_status as "from", to_status as "to", payload
