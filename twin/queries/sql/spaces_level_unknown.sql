-- Rooms of which neither the heights nor the floor are known, so that nobody can say whether they are below.
select count(*) from city.space s
left join city.building b on b.feature_id = s.building_id
    and {valid b} and b.visibility = any(%(circles)s::text[])
where {valid s} and s.visibility = any(%(circles)s::text[])
  and (%(building)s::bigint is null or s.building_id = %(building)s)
  and s.floor_no is null and (s.z_min_m is null or s.z_max_m is null or b.elev_base_m is null)
