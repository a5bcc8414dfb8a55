-- We hold the lock of this source, so whoever still says "running" is dead.
update twin.load
set status = 'failed', finished_at = clock_timestamp(),
    warnings = warnings || '["the load was interrupted; nothing of it was kept"]'::jsonb
where source = %(source)s and status = 'running'
