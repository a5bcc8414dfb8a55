-- Visible at once, so that a running load can be seen.
with last_good as (
    select file_sha256, settings_hash, status
    from twin.load
    where source = %(source)s and status in ('done', 'partial')
    order by id desc
    limit 1
),
judged as (
    select not %(force)s and exists (
        select from last_good
        where status = 'done' and file_sha256 = %(file_sha256)s and settings_hash = %(settings_hash)s
    ) as unchanged
)
insert into twin.load (
    source, file_name, file_sha256, settings_hash, format, crs, mode,
    source_date, licence, status, software, actor
)
select
    %(source)s, %(file_name)s, %(file_sha256)s, %(settings_hash)s, %(format)s, %(crs)s, %(mode)s,
    %(source_date)s, %(licence)s, case when unchanged then 'unchanged' else 'running' end, %(software)s, %(actor)s
from judged
returning id, status = 'unchanged' as unchanged
