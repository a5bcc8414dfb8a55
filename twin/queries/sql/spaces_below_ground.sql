-- By height where the ground at the building and the room's heights are known, else by floor number.
select * from (
    select s.feature_id as id, s.name, s.long_name, s.use, s.building_id, b.code as building_code, s.floor_no,
           s.z_min_m, s.z_max_m, b.elev_base_m as ground_m,
           case
               when s.z_min_m is null or s.z_max_m is null or b.elev_base_m is null then
                   case when s.floor_no < 0 then 'below' end
               when s.z_max_m <= b.elev_base_m + %(tolerance_m)s then 'below'
               when s.z_min_m < b.elev_base_m - %(tolerance_m)s then 'partly'
           end as below,
           case when s.z_min_m is null or s.z_max_m is null or b.elev_base_m is null
                then 'floor number' else 'height' end as evidence
    from city.space s
    left join city.building b on b.feature_id = s.building_id
        and {valid b} and b.visibility = any(%(circles)s::text[])
    where {valid s} and s.visibility = any(%(circles)s::text[])
      and (%(building)s::bigint is null or s.building_id = %(building)s)
) r
where below is not null
order by building_id, floor_no, name, id
limit %(limit)s
