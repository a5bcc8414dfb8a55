-- Buildings that meet a box; not those the model brought along itself.
select b.feature_id as id, b.code, st_asbinary(b.geometry) as outline, b.elev_base_m as base_m
from city.building b
join city.feature f on f.id = b.feature_id
where b.geometry && st_makeenvelope(%(west)s, %(south)s, %(east)s, %(north)s, %(srid)s)
    and b.valid_to is null and b.superseded_at is null
    and f.source not in (select source from twin.model)
order by b.feature_id
limit %(limit)s
