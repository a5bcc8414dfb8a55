-- No row: what is wanted is the types of its columns.
select {columns}
from ({rows}) r
{joins}
limit 0
