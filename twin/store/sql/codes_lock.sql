-- Two servers that start at once bring the lists one after the other.
select pg_advisory_xact_lock(7202611211)
