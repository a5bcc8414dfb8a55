-- One verdict a row:
--   new        no version stands (the object had vanished, or was never so)
--   same       nothing changed
--   rewrite    written by this very load before: put right in place
--   changed    the standing version is closed, a new one follows
--   ended      the source says until when it stood
--   corrected  the source knows another end than the version that stood
-- A stated start counts only where it lies after the start we have: the first
-- version already says since when the object is there.
create temp table verdict on commit drop as
select
    s.feature_id,
    c.version_id,
    c.written_by,
    case
        when c.version_id is null then 'new'
        when c.valid_to is not null then
            case
                when s.valid_to is null then 'new'
                when c.valid_to = s.valid_to and ({staged}) is not distinct from ({current}) then 'same'
                else 'corrected'
            end
        when s.valid_to is not null then
            case when ({staged}) is not distinct from ({current}) then 'ended' else 'corrected' end
        when ({staged}) is not distinct from ({current})
            and (s.valid_from is null or s.valid_from <= c.valid_from or c.load_id = %(load_id)s) then 'same'
        when c.load_id = %(load_id)s then 'rewrite'
        else 'changed'
    end as verdict,
    case
        when s.valid_from >= c.valid_to then s.valid_from
        when c.valid_to is not null then greatest(now(), c.valid_to)
        when s.valid_from > coalesce(c.valid_from, '-infinity') then s.valid_from
        else greatest(now(), c.valid_from)
    end as turn
from stage s
left join lateral (
    select *, xmin as written_by from {table} v
    where v.feature_id = s.feature_id and v.superseded_at is null
    order by v.valid_to desc nulls first, v.version_id desc
    limit 1
) c on true
