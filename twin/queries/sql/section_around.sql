-- Where a building and its parts stand, degrees.
select st_xmin(w.box) as west, st_ymin(w.box) as south, st_xmax(w.box) as east, st_ymax(w.box) as north
from (
    select st_extent(st_transform(g.geometry, 4326)) as box
    from (
        select b.geometry
        from city.building b
        where b.feature_id = %(building)s and {valid b}
            and b.visibility = any(%(circles)s::text[])
        union all
        select p.geometry
        from city.building_part p
        where p.building_id = %(building)s and {valid p}
            and p.visibility = any(%(circles)s::text[])
            and exists (
                select from city.building b
                where b.feature_id = p.building_id and {valid b}
                    and b.visibility = any(%(circles)s::text[])
            )
    ) g
) w
where w.box is not null
