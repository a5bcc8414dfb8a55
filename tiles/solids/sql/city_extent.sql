-- Where buildings are at all.
select {snapshot}, f.*
from (values (1)) one (row)
left join lateral (
    select min((r.x_min + r.x_max) / 2) as west, min((r.y_min + r.y_max) / 2) as south,
        max((r.x_min + r.x_max) / 2) as east, max((r.y_min + r.y_max) / 2) as north,
        min(r.low_m) as low_m, max(r.top_m) as top_m, max(r.size_m) as size_m
    from ({buildings}) r
    where r.low_m is not null
) f on true
