-- The storey that has a drawing, of a model rather than of a table; and where it comes from.
select s.feature_id as id, s.label, s.name, s.elev_m, s.area_m2, s.plan, st_asbinary(s.geometry) as shape,
       b.name_zh as building_zh, b.name_en as building_en, b.code as building_code,
       l.source, l.file_name, l.source_date, s.recorded_at
from city.storey s
left join city.building b on b.feature_id = s.building_id and {valid b}
    and b.visibility = any(%(circles)s::text[])
left join twin.load l on l.id = s.load_id
where s.building_id = %(building)s and s.floor_no = %(floor)s and {valid s}
  and s.visibility = any(%(circles)s::text[])
order by (s.plan is not null) desc, (s.global_id is not null) desc, s.feature_id
limit 1
