-- What a load wrote, as cells of the touch log; from here on the triggers judge again.
with silent as materialized (
    select set_config('twin.identified', '', true), set_config('twin.touched', '', true)
)
insert into twin.touch (collection, cell_e, cell_n)
select %(collection)s, e, n
from silent, unnest(%(cells_e)s::int[], %(cells_n)s::int[]) c(e, n)
