-- Pipes and cables within reach of a line, whole, with where their record comes from.
select g.feature_id as id, g.code, g.kind, g.dn_mm, g.material, g.year, g.depth_m as stated_cover_m,
    st_asbinary(g.geometry, 'NDR') as line, coalesce(l.source, f.source) as source, l.source_date
from city.utility_line g
join city.feature f on f.id = g.feature_id
left join twin.load l on l.id = g.load_id
where {when} and g.visibility = any(%(circles)s::text[])
    and (%(kinds)s::text[] is null or g.kind = any(%(kinds)s::text[]))
    and st_dwithin(g.geometry, st_geomfromwkb(%(line)s, %(srid)s), %(within_m)s)
order by g.feature_id
limit %(limit)s
