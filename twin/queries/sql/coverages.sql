select c.name, c.kind, c.crs, c.width, c.height, c.bands, c.dtype, c.nodata, c.pixel_m, c.vertical_crs,
       c.registered_at, c.load_id, l.source, l.source_date, l.licence,
       array[st_xmin(c.extent), st_ymin(c.extent), st_xmax(c.extent), st_ymax(c.extent)] as bounds
from twin.coverage c
left join twin.load l on l.id = c.load_id
order by c.name
