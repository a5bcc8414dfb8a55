-- Bodies that reach over the flattest of some rays from a place, in the fan on the plan that the rays
-- sweep, as faces that look nowhere in particular. What the 3D view shows is what counts: a building
-- of more detailed parts is its parts, one drawn by a model of its own is that model (asked apart).
with place as (select st_setsrid(st_makepoint(%(e)s, %(n)s), %(srid)s) as point, st_geomfromwkb(%(fan)s, %(srid)s) as fan),
modelled as (
    select building_id as id from twin.model
    where building_id is not null and withdrawn_at is null and shapes_at is not null and hides_lod1
),
part as (
    select p.feature_id, p.building_id, p.kind, p.lod, p.solid, p.shell, p.geometry,
        coalesce(p.z_min_m, p.elev_base_m) as low_m,
        coalesce(st_zmax(p.solid), coalesce(p.z_min_m, p.elev_base_m) + p.height_m, p.z_max_m) as top_m
    from city.building_part p, place
    where {valid p} and p.visibility = any(%(circles)s::text[])
        and p.building_id is not null and p.geometry && place.fan
),
body as (
    select p.building_id as id, p.solid, p.shell, p.geometry, p.low_m, p.top_m, 'part' as form
    from part p
    where p.building_id not in (select id from modelled)
    union all
    select b.feature_id, b.solid, b.shell, b.geometry, coalesce(b.z_min_m, b.elev_base_m),
        coalesce(st_zmax(b.solid), coalesce(b.z_min_m, b.elev_base_m) + b.height_m, b.z_max_m), 'building'
    from city.building b, place
    where {valid b} and b.visibility = any(%(circles)s::text[])
        and b.geometry && place.fan
        and b.feature_id not in (select id from modelled)
        and not exists (
            select from part p
            where p.building_id = b.feature_id and p.kind is distinct from 'BuildingInstallation'
                and p.lod > coalesce(b.lod, 0)
        )
),
near as (
    select b.*, st_distance(b.geometry, place.point) as away_m
    from body b, place
    where st_intersects(b.geometry, place.fan)
)
select n.id, n.form, n.low_m, n.top_m, n.shell, n.top_m is null and n.shell is null or n.low_m is null as unknown,
    case
        when n.solid is not null then st_asbinary((select st_collect(d.geom) from st_dump(n.solid) d))
        when n.shell is null then st_asbinary((select st_collect(d.geom) from st_dump(twin.prism(n.geometry, n.low_m, n.top_m)) d))
    end as faces
from near n
where n.top_m is null or n.top_m - %(z)s > n.away_m * %(slope)s
order by n.away_m, n.id
limit %(limit)s
