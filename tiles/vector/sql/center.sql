-- Where the data lie, roughly: the middle of the cells that were ever touched. The log holds
-- one row a cell, so this costs no look at the features.
select twin.cell_m() * (percentile_disc(0.5) within group (order by cell_e) + 0.5) as east,
    twin.cell_m() * (percentile_disc(0.5) within group (order by cell_n) + 0.5) as north
from (select distinct cell_e, cell_n from twin.touch
    where collection = any(%(names)s) and cell_e is not null) cells
