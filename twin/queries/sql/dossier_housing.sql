-- Sums only: whether a single flat is empty is not for everybody.
select s.units, s.vacant_units as vacant, s.occupancy_known,
       (select coalesce(json_object_agg(coalesce(tenure, 'unknown'), n), '{}')
        from (select tenure, count(*) as n from city.unit
              where building_id = %(building)s and valid_to is null and superseded_at is null
              group by tenure) t) as by_tenure,
       (select coalesce(json_object_agg(coalesce(kind, 'unknown'), n), '{}')
        from (select kind, count(*) as n from city.unit
              where building_id = %(building)s and valid_to is null and superseded_at is null
              group by kind) k) as by_kind,
       (select sum(area_m2) from city.unit
        where building_id = %(building)s and valid_to is null and superseded_at is null) as area_m2
from (select 1) one
left join city.building_summary s on s.building_id = %(building)s
