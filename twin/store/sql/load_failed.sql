update twin.load
set status = %(status)s, seconds = %(seconds)s, finished_at = clock_timestamp(),
    warnings = warnings || jsonb_build_array(%(reason)s::text)
where id = %(id)s
