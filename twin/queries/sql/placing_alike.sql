-- Buildings of about that size, the most alike first; not those a model brought along.
select b.feature_id as id, b.code, st_asbinary(b.geometry) as outline, b.elev_base_m as base_m
from city.building b
join city.feature f on f.id = b.feature_id
where b.valid_to is null and b.superseded_at is null
    and st_area(b.geometry) between %(area_m2)s * (1 - %(share)s) and %(area_m2)s / (1 - %(share)s)
    and f.source not in (select source from twin.model)
order by abs(ln(st_area(b.geometry) / %(area_m2)s)), b.feature_id
limit %(limit)s
