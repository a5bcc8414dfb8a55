-- Beginnings by the prefix index, insides by the bigram index, each bounded; the best kind
-- of match of a feature counts, weighed by its collection, the shorter name first. The pieces of a street,
-- which lie within a kilometre of each other, are one hit: the piece halfway.
with asked as (
    select twin.fold(array_to_string(%(words)s::text[], '')) as whole,
           array(select f from (select twin.fold(w) as f from unnest(%(words)s::text[]) w) x where f <> '') as words
), bounds as (
    -- a prefix search as a range: the pattern operators' index serves it with any plan
    select whole, words, whole || chr(1114111) as upper, twin.strip(whole) as stripped,
           (select coalesce(array_agg(distinct b), '{}') from unnest(words) w, unnest(twin.bigrams(w)) b) as bigrams
    from asked
), begun as (
    select c.feature_id, c.kind, c.code as found,
           case when c.code = b.whole then 1.0 else 0.9 end
           * case c.kind when 'code' then 1.0 when 'name' then 1.0 when 'pinyin' then 0.9 else 0.85 end as score
    from bounds b
    cross join lateral (
        select k.feature_id, k.kind, k.code from twin.search_code k
        where k.code ~>=~ b.whole and k.code ~<~ b.upper
        order by k.code using ~<~
        limit 300) c
    where b.whole <> ''
), inside as (
    select d.feature_id, 'name' as kind, coalesce(d.label_zh, d.label_en) as found, 0.7::numeric as score
    from bounds b
    cross join lateral (
        select d.feature_id, d.label_zh, d.label_en from twin.search_document d
        where b.bigrams <> '{}' and d.bigrams @> b.bigrams
          and (select bool_and(exists (select from unnest(d.names || d.codes) n where strpos(n, w) > 0))
               from unnest(b.words) w)
        limit 300) d
), best as (
    select distinct on (feature_id) feature_id, kind, found, score
    from (select * from begun union all select * from inside) m
    order by feature_id, score desc, length(found)
), hits as (
    select d.*, b.kind, b.found, (b.score * d.weight)::float8 as score,
           case when d.collection = any(%(lines)s) then st_clusterdbscan(d.point, 1000, 1)
               over (partition by d.collection, d.label_zh, d.label_en) end as line
    from best b join twin.search_document d using (feature_id)
), pieced as (
    select *, line is null
           or row_number() over (piece order by st_x(point) + st_y(point), feature_id)
              = (count(*) over (partition by collection, label_zh, label_en, line) + 1) / 2 as halfway
    from hits
    window piece as (partition by collection, label_zh, label_en, line)
), ranked as (
    select * from pieced
    where halfway
    order by score desc, length(found), found, feature_id
    limit %(limit)s
)
select r.feature_id as id, r.collection, r.label_zh, r.label_en,
       -- inside a building the building says more than anything else
       coalesce(case when g.feature_id <> r.feature_id then coalesce(g.name_zh, g.address, g.code) end, r.detail) as detail,
       coalesce(r.building_id, g.feature_id) as building_id, g.code as building_code, r.floor_no,
       st_x(p.place) as lon, st_y(p.place) as lat, round(r.score::numeric, 3)::float8 as score, r.kind as matched
from ranked r
left join city.building g
    on g.feature_id = coalesce(r.building_id, case when r.collection = 'building' then r.feature_id end)
   and g.valid_to is null and g.superseded_at is null
cross join lateral (select st_transform(coalesce(r.point, st_pointonsurface(g.geometry)), 4326) as place) p
order by r.score desc, length(r.found), r.found, r.feature_id
