-- Latin names with typing errors, by trigrams; only asked when nothing else was found.
with near as (
    select distinct on (c.feature_id) c.feature_id, similarity(c.code, twin.strip(%(text)s)) as score
    from twin.search_code c
    where c.kind in ('name', 'pinyin') and c.code ~ '^[a-z]' and c.code %% twin.strip(%(text)s)
    order by c.feature_id, score desc
), ranked as (
    select d.*, n.score * d.weight * 0.5 as score
    from near n join twin.search_document d using (feature_id)
    order by n.score * d.weight desc, d.feature_id
    limit %(limit)s
)
select r.feature_id as id, r.collection, r.label_zh, r.label_en, r.detail,
       coalesce(r.building_id, g.feature_id) as building_id, g.code as building_code, r.floor_no,
       st_x(p.place) as lon, st_y(p.place) as lat, round(r.score::numeric, 3)::float8 as score, 'typing' as matched
from ranked r
left join city.building g
    on g.feature_id = coalesce(r.building_id, case when r.collection = 'building' then r.feature_id end)
   and g.valid_to is null and g.superseded_at is null
cross join lateral (select st_transform(coalesce(r.point, st_pointonsurface(g.geometry)), 4326) as place) p
order by r.score desc, r.feature_id
