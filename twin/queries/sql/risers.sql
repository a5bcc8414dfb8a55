-- Pipes and ducts that stand: at least 1.5 m high and twice as high as they are wide, or called so.
select e.feature_id as id, e.name, e.ifc_class, e.system, e.floor_no, e.z_min_m, e.z_max_m,
       st_distance(e.geometry, q.geometry) as plan_m,
       greatest(e.z_min_m - q.z_max_m, q.z_min_m - e.z_max_m, 0) as rise_m
from city.equipment q
join city.element e on e.building_id = q.building_id
where q.feature_id = %(id)s and {valid q}
  and {valid e} and e.visibility = any(%(circles)s::text[])
  and (%(reached)s::bigint[] is null or e.feature_id = any(%(reached)s))
  and (%(reached)s::bigint[] is not null or e.system = q.system)
  and (e.name ~* '立管|riser|steigleitung|standpipe'
       or e.ifc_class ~ 'Segment$' and e.z_max_m - e.z_min_m >= 1.5
          and e.z_max_m - e.z_min_m > 2 * sqrt((st_xmax(e.geometry) - st_xmin(e.geometry)) ^ 2
                                               + (st_ymax(e.geometry) - st_ymin(e.geometry)) ^ 2))
order by sqrt(st_distance(e.geometry, q.geometry) ^ 2
              + greatest(e.z_min_m - q.z_max_m, q.z_min_m - e.z_max_m, 0) ^ 2) nulls last, e.feature_id
