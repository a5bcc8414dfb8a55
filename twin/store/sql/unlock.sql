select pg_advisory_unlock(hashtextextended('twin.load:' || %(source)s, 0))
