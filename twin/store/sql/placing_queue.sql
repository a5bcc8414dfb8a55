select pg_advisory_xact_lock(hashtextextended('twin.placing:' || %(source)s, 0))
