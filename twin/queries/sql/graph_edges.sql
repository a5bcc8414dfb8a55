-- Both ends must be seen; of a door that is not seen the way is known, but not the door.
select e.kind, e.a_id, e.b_id, o.feature_id as via_id, o.name as via_name, e.floor_no, e.width_m,
       e.length_a_m, e.length_b_m, e.run_m, e.at_m, e.evidence, o.fire_rating, o.fire_rating_min
from city.space a
join twin.space_edge e on e.a_id = a.feature_id and {valid e}
left join city.space b on b.feature_id = e.b_id and {valid b}
    and b.visibility = any(%(circles)s::text[])
left join lateral (
    select feature_id, name, fire_rating, fire_rating_min from city.opening v
    where feature_id = e.via_id and {valid v}
      and visibility = any(%(circles)s::text[])
    union all
    select feature_id, name, fire_rating, fire_rating_min from city.element v
    where feature_id = e.via_id and {valid v}
      and visibility = any(%(circles)s::text[])
    union all
    select feature_id, name, null, null from city.equipment v
    where feature_id = e.via_id and {valid v}
      and visibility = any(%(circles)s::text[])
) o on true
where a.building_id = %(building)s and {valid a}
  and a.visibility = any(%(circles)s::text[])
  and (e.b_id is null or b.feature_id is not null)
order by e.id
