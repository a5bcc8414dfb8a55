-- Elevation models that meet a box of degrees, the finest first.
select name, kind, path, scale, offset_m, nodata, pixel_m, width, height,
    st_xmin(extent) as west, st_ymin(extent) as south, st_xmax(extent) as east, st_ymax(extent) as north
from twin.coverage
where kind = 'elevation' and extent && st_makeenvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326)
order by pixel_m nulls last, name
