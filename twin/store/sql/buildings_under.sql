-- Candidates by index, then the exact overlap of the few.
with model as (
    select st_setsrid(st_geomfromwkb(%(footprint)s::bytea), %(srid)s) as footprint
),
overlap as (
    select b.feature_id, b.code, st_area(b.geometry) as city_m2, st_area(model.footprint) as model_m2,
        st_area(st_intersection(b.geometry, model.footprint)) as common_m2
    from city.building b
    cross join model
    where b.geometry && model.footprint and st_intersects(b.geometry, model.footprint)
        and b.valid_to is null and b.superseded_at is null
)
select o.feature_id as id, f.source, f.source_key, o.code,
    o.common_m2 / nullif(o.city_m2 + o.model_m2 - o.common_m2, 0) as iou,
    o.common_m2 / nullif(o.model_m2, 0) as inside
from overlap o
join city.feature f on f.id = o.feature_id
where f.source <> %(source)s and o.common_m2 > 0
order by iou desc, o.feature_id
limit 10
