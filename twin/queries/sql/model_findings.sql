-- What is said of a row that the reader may not see is not said to them.
with wanted as (
    select * from twin.model_finding
    where model_id = %(model)s and file_sha256 = %(checked)s
      and (%(rule)s::text is null or rule = %(rule)s::text)
      and (%(answer)s::text is null or answer = %(answer)s::text)
      and (%(severity)s::text is null or severity = %(severity)s::text)
      and (%(floor)s::int is null or floor_no = %(floor)s::int)
), hidden as (
    select v.feature_id
    from wanted w
    cross join lateral (
        select r.feature_id, r.visibility from city.space r where r.feature_id = w.feature_id and {valid r}
        union all select r.feature_id, r.visibility from city.opening r where r.feature_id = w.feature_id and {valid r}
        union all select r.feature_id, r.visibility from city.equipment r where r.feature_id = w.feature_id and {valid r}
        union all select r.feature_id, r.visibility from city.element r where r.feature_id = w.feature_id and {valid r}
        union all select r.feature_id, r.visibility from city.storey r where r.feature_id = w.feature_id and {valid r}
    ) v
    where v.visibility <> all(%(circles)s::text[])
), shown as (
    select * from wanted w where not exists (select from hidden h where h.feature_id = w.feature_id)
)
select seq, rule, answer, severity, global_id, feature_id, ifc_class, name, storey, floor_no, message,
       expected, found, remedy, st_x(place) as lon, st_y(place) as lat, st_z(point) as height_m,
       count(*) over () as matched
from shown
left join lateral (select st_transform(point, 4326) as place) p on true
order by seq
limit %(limit)s
