-- The outline of a compartment is its rooms of one floor with the walls between them filled in (0.3 m on
-- each side); floor by floor, for what is inside on one may be the edge on the next. A wall is around it
-- where at least 1 m of such an outline runs along it, at those rooms' height; a partition that only ends
-- there is not.
with rooms as (
    select floor_no, st_buffer(st_union(st_buffer(geometry, 0.3, 'join=mitre')), -0.3, 'join=mitre') as shape,
           min(z_min_m) as low_m, max(z_max_m) as high_m
    from city.space s
    where building_id = %(building)s and compartment = %(compartment)s
      and {valid s} and visibility = any(%(circles)s::text[])
    group by floor_no
), outline as materialized (
    select floor_no, st_boundary(shape) as line, low_m, high_m from rooms
), around as (
    select w.feature_id, max(c.contact_m) as contact_m
    from outline o
    join city.element w on w.geometry && st_expand(o.line, 0.5)
    cross join lateral (
        -- the longest piece: a partition from side to side meets the outline twice
        select max(st_length(piece.geom)) as contact_m
        from st_dump(st_linemerge(st_collectionextract(
            st_intersection(o.line, st_buffer(w.geometry, 0.15, 'join=mitre')), 2))) piece
    ) c
    where w.building_id = %(building)s and {valid w}
      and w.visibility = any(%(circles)s::text[])
      and (w.ifc_class like 'IfcWall%%' or w.ifc_class = 'IfcCurtainWall')
      and least(w.z_max_m, o.high_m) - greatest(w.z_min_m, o.low_m) > 0.5
      and st_dwithin(w.geometry, o.line, 0.15) and c.contact_m >= 1.0
    group by w.feature_id
)
select w.feature_id as id, w.name, w.ifc_class, w.type_name, w.floor_no, w.fire_rating, w.fire_rating_min,
       w.is_external, round(a.contact_m::numeric, 2)::float8 as contact_m
from around a
join city.element w on w.feature_id = a.feature_id and {valid w}
order by w.fire_rating_min nulls first, w.name, w.feature_id
