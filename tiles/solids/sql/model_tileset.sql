-- Every placement of a model with the box of its mesh. The model itself comes even when it shows nothing.
with objects as ({objects})
select {snapshot}, m.name, m.building_id, {matrix} as model_matrix,
    case when m.id is not null then m.shapes_at is not null end as shaped, f.*
from (values (1)) one (row)
left join twin.model m on m.id = %(model_id)s and m.withdrawn_at is null
left join lateral (
    select o.id, o.floor_no, o.matrix, x.box_min_m, x.box_max_m,
        st_xmin(o.geometry) as west, st_ymin(o.geometry) as south,
        st_xmax(o.geometry) as east, st_ymax(o.geometry) as north
    from objects o
    join twin.mesh x on x.id = o.mesh_id
) f on true
