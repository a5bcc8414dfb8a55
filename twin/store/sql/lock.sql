-- Held by the session, not the transaction: a load may commit in steps.
select pg_advisory_lock(hashtextextended('twin.load:' || %(source)s, 0))
