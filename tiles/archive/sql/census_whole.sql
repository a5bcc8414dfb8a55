-- The same census as if the layer stood on one cell: what a chunk weighs that holds all of it.
select twin.cell(st_xmin(place)) as west, twin.cell(st_ymin(place)) as south,
    twin.cell(st_xmax(place)) as east, twin.cell(st_ymax(place)) as north, rows, bytes
from (
    select count(*) as rows, sum(pg_column_size(geometry))::int8 as bytes, st_extent(geometry) as place
    from city.{name}
    where valid_to is null and superseded_at is null and visibility = any(%(access)s)
        and geometry is not null and not st_isempty(geometry)
) found
where rows > 0
