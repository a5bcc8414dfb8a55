-- The values are the columns of the catalogue: a solid has no JSON form.
select (select to_jsonb(v) from (select {values}) v) as version, coalesce(l.source, f.source) as source, l.source_date,
       st_x(p.place) as lon, st_y(p.place) as lat,
       array[st_xmin(p.box), st_ymin(p.box), st_xmax(p.box), st_ymax(p.box)] as bbox
from city.building b
join city.feature f on f.id = b.feature_id
left join twin.load l on l.id = b.load_id
cross join lateral (
    select st_transform(st_pointonsurface(b.geometry), 4326) as place, st_transform(b.geometry, 4326) as box
) p
where b.feature_id = %(building)s and {valid b}
