-- What a model has on one floor. The bytes of a mesh come once, with its first placement; the
-- extent is that of all floors, for an object that changes its floor must be noticed on both.
with objects as materialized ({objects}),
extent as (
    select min(st_xmin(o.geometry)) as west, min(st_ymin(o.geometry)) as south,
        max(st_xmax(o.geometry)) as east, max(st_ymax(o.geometry)) as north
    from objects o
)
select {snapshot}, {matrix} as model_matrix,
    case when m.id is not null then m.shapes_at is not null end as shaped, extent.*, f.*
from (values (1)) one (row)
cross join extent
left join twin.model m on m.id = %(model_id)s and m.withdrawn_at is null
left join lateral (
    select d.*, case when d.nth = 1 then x.positions end as positions,
        case when d.nth = 1 then x.indices end as indices,
        case when d.nth = 1 then x.materials end as materials,
        x.palette, x.box_min_m, x.box_max_m
    from (
        select o.*, row_number() over (partition by o.mesh_id order by o.id, o.part) as nth
        from objects o
        where o.floor_no is not distinct from %(floor_no)s::int
    ) d
    join twin.mesh x on x.id = d.mesh_id
    order by d.id, d.part
) f on true
