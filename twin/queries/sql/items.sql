-- A page of features as GeoJSON text, built where the rows are. The markers are filled
-- from the catalogue: chosen are the rows of the page and where they come from, values the columns
-- the caller may read, place the geometry in CRS84, count a last row with how many match in all.
{found}select c.feature_id as id,
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
       || '}}' as feature,
       null::bigint as matched
from {chosen} c
join city.feature f on f.id = c.feature_id
left join twin.load l on l.id = c.load_id
{count}order by id
