-- Cells of these layers touched from a transaction on. The log keeps the newest touch of a cell
-- however old it grows, so none is missing.
select distinct cell_e, cell_n
from twin.touch
where collection = any(%(names)s) and xid >= %(horizon)s::text::xid8
