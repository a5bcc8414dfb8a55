-- Where an incident is: the point given, else the middle of its building.
select b.feature_id as building_id, b.address,
       coalesce(
           st_transform(st_setsrid(st_makepoint(%(lon)s::float8, %(lat)s::float8), 4326), %(srid)s::int),
           st_pointonsurface(b.geometry)) as geometry
from (select 1) one
left join city.building b
    on b.code = %(code)s and b.valid_to is null and b.superseded_at is null
limit 1
