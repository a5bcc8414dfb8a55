select incident_id, seq, at, actor, kind, from_status as "from", to_status as "to", payload
from live.incident_event where idempotency_key = %(key)s
