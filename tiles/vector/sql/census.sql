-- The side, in metres, of which a given share of the features of a tile is larger, among those
-- that are not left out for their size already.
select percentile_disc(%(below)s::float8) within group (order by {side}) as side_m
from ({rows}) r
where {side} >= %(min_m)s
