-- A page of features as GeoJSON text, built where the rows are. The markers are filled
-- from the catalogue: rows are the versions asked for, values the columns the caller may
-- read, place the geometry in CRS84.
-- One row more than the page is asked for, so that a next page is known for certain.
select c.feature_id as id,
       '{{"type":"Feature","id":' || c.feature_id
       || ',"geometry":' || coalesce({place}, 'null')
       || ',"properties":' || (select row_to_json(p) from (select {values}) p)
       || ',"provenance":' || (
           case when c.provenance is null then
               json_build_object('*', json_build_object('source', coalesce(l.source, f.source),
                   'source_date', l.source_date, 'recorded_at', c.recorded_at,
                   'load_id', c.load_id, 'confidence', c.confidence))::text
           else
               (jsonb_build_object('*', jsonb_build_object('source', coalesce(l.source, f.source),
                   'source_date', l.source_date, 'recorded_at', c.recorded_at,
                   'load_id', c.load_id, 'confidence', c.confidence))
                || (c.provenance - %(hidden)s::text[]))::text
           end)
       || '}}' as feature
from (select c.* from {rows} c order by c.feature_id limit %(limit)s + 1) c
join city.feature f on f.id = c.feature_id
left join twin.load l on l.id = c.load_id
order by c.feature_id
