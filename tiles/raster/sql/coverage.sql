-- The raster a name stands for now; the path names its content.
select name, kind, path, scale, offset_m, nodata, pixel_m, width, height,
    st_xmin(extent) as west, st_ymin(extent) as south, st_xmax(extent) as east, st_ymax(extent) as north
from twin.coverage
where name = %(name)s
