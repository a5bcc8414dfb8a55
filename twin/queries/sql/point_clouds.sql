select c.name, c.crs, c.vertical_crs, c.points, c.classes, c.coloured, c.low_m, c.high_m,
       c.registered_at, c.load_id, l.source, l.source_date, l.licence,
       array[st_xmin(c.extent), st_ymin(c.extent), st_xmax(c.extent), st_ymax(c.extent)] as bounds
from twin.point_cloud c
left join twin.load l on l.id = c.load_id
order by c.name
