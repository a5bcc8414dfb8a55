-- How many rows a layer has on which cells of the touch log, and the bytes of their shapes.
select twin.cell(st_xmin(geometry)) as west, twin.cell(st_ymin(geometry)) as south,
    twin.cell(st_xmax(geometry)) as east, twin.cell(st_ymax(geometry)) as north,
    count(*) as rows, sum(pg_column_size(geometry))::int8 as bytes
from city.{name}
where valid_to is null and superseded_at is null and visibility = any(%(access)s)
    and geometry is not null and not st_isempty(geometry)
group by 1, 2, 3, 4
order by 1, 2, 3, 4
