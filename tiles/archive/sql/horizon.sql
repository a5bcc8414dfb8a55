-- The first transaction that is not surely shown: one after the newest that touched these layers
-- before the oldest that was still running. So it depends on the data and on nothing else.
select coalesce(max(xid::text::int8), 0) + 1 as horizon
from twin.touch
where collection = any(%(names)s) and xid < %(xmin)s::text::xid8
