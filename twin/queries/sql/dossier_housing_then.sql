-- As dossier_housing, counted at the moment.
select case when count(*) > 0 then count(*) end as units,
       case when count(*) > 0 then count(*) filter (where u.occupancy in ('V', 'vacant')) end as vacant,
       case when count(*) > 0 then count(u.occupancy) end as occupancy_known,
       (select coalesce(json_object_agg(coalesce(tenure, 'unknown'), n), '{}')
        from (select v.tenure, count(*) as n from city.unit v
              where v.building_id = %(building)s and {valid v} group by v.tenure) t) as by_tenure,
       (select coalesce(json_object_agg(coalesce(kind, 'unknown'), n), '{}')
        from (select v.kind, count(*) as n from city.unit v
              where v.building_id = %(building)s and {valid v} group by v.kind) k) as by_kind,
       sum(u.area_m2) as area_m2
from city.unit u
where u.building_id = %(building)s and {valid u}
