-- The side, in metres, of which a given share of the features of a tile is larger.
select percentile_disc(%(below)s::float8) within group (order by {side}) as side_m
from ({rows}) r
