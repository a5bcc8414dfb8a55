-- A floor may stand in the city's table and in a model's: the city's row gives the frame,
-- the model fills what it leaves open. Floors known only by their units are listed too.
with floors as (
    select floor_no from city.storey w
    where building_id = %(building)s and floor_no is not null and {valid w}
      and visibility = any(%(circles)s::text[])
    union
    select floor_no from city.unit w
    where building_id = %(building)s and floor_no is not null and {valid w}
      and visibility = any(%(circles)s::text[])
), merged as (
    select floor_no,
           (array_agg(feature_id order by rank))[1] as id,
           (array_agg(label order by rank) filter (where label is not null))[1] as label,
           (array_agg(elev_m order by rank) filter (where elev_m is not null))[1] as elev_m,
           (array_agg(height_m order by rank) filter (where height_m is not null))[1] as height_m,
           (array_agg(use order by rank) filter (where use is not null))[1] as use,
           (array_agg(area_m2 order by rank) filter (where area_m2 is not null))[1] as area_m2,
           (array_agg(capacity order by rank) filter (where capacity is not null))[1] as capacity,
           (array_agg(refuge order by rank) filter (where refuge is not null))[1] as refuge
    from (select w.*, case when global_id is null then 0 else 1 end as rank
          from city.storey w
          where building_id = %(building)s and {valid w}
      and visibility = any(%(circles)s::text[])) s
    group by floor_no
), counted as (
    select 'unit' as kind, floor_no, count(*) as n from city.unit w
    where building_id = %(building)s and floor_no is not null and {valid w}
      and visibility = any(%(circles)s::text[]) group by floor_no
    union all
    select 'sensor', floor_no, count(*) from city.sensor w
    where building_id = %(building)s and floor_no is not null and {valid w}
      and visibility = any(%(circles)s::text[]) group by floor_no
    union all
    select 'space', floor_no, count(*) from city.space w
    where building_id = %(building)s and floor_no is not null and {valid w}
      and visibility = any(%(circles)s::text[]) group by floor_no
), on_record as (
    -- a floor has none of a kind only where other floors have some: else nobody has counted
    select kind from counted group by kind
)
select f.floor_no, m.id, coalesce(m.label, case when f.floor_no < 0 then 'B' || -f.floor_no else f.floor_no || 'F' end) as label,
       m.elev_m, m.height_m, m.use, m.area_m2, m.capacity, m.refuge,
       case when 'unit' in (select kind from on_record) then coalesce(u.n, 0) end as units,
       case when 'sensor' in (select kind from on_record) then coalesce(s.n, 0) end as sensors,
       case when 'space' in (select kind from on_record) then coalesce(p.n, 0) end as spaces
from floors f
left join merged m using (floor_no)
left join counted u on u.kind = 'unit' and u.floor_no = f.floor_no
left join counted s on s.kind = 'sensor' and s.floor_no = f.floor_no
left join counted p on p.kind = 'space' and p.floor_no = f.floor_no
order by f.floor_no
