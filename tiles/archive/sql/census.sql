-- How many rows a layer has on which cells of the touch log, and the bytes of their shapes.
select floor(st_xmin(geometry) / 1000)::int as west, floor(st_ymin(geometry) / 1000)::int as south,
    floor(st_xmax(geometry) / 1000)::int as east, floor(st_ymax(geometry) / 1000)::int as north,
    count(*) as rows, sum(pg_column_size(geometry))::int8 as bytes
from city.{name}
where valid_to is null and superseded_at is null and visibility = any(%(access)s)
    and geometry is not null and not st_isempty(geometry)
group by 1, 2, 3, 4
order by 1, 2, 3, 4
