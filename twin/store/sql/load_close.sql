update twin.load
set status = %(status)s, counts = %(counts)s, warnings = %(warnings)s, georeference = %(georeference)s,
    -- the file may have said its CRS only when it was read
    crs = coalesce(%(georeference)s::jsonb ->> 'source_crs', crs),
    seconds = %(seconds)s, finished_at = case when %(seconds)s::float is null then null else clock_timestamp() end
where id = %(id)s
