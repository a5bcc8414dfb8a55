-- Rows that are about to change, held until the load commits, and how many of them somebody
-- else has changed since they were judged. Rows that stay as they are pay nothing.
with held as (
    select c.xmin as written_by, v.written_by as judged
    from {table} c
    join verdict v using (version_id)
    where v.verdict <> 'same'
    for update of c
)
select count(*) from held where written_by <> judged
