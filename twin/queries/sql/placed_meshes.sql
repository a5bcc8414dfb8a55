-- Where the objects of a model show which mesh, with the box of the mesh. The marker takes those in
-- question by their plan and heights, so that few matrices are read.
select o.id, o.collection, o.ifc_class, o.floor_no, p.mesh_id, p.matrix, x.box_min_m, x.box_max_m
from {placed} p
join twin.mesh x on x.id = p.mesh_id
join lateral (
    select r.feature_id as id, 'element' as collection, r.ifc_class, r.floor_no from city.element r
    where r.feature_id = p.feature_id and ({wanted}) and {valid r}
        and r.visibility = any(%(circles)s::text[])
    union all
    select r.feature_id, 'opening', r.ifc_class, r.floor_no from city.opening r
    where r.feature_id = p.feature_id and ({wanted}) and {valid r}
        and r.visibility = any(%(circles)s::text[])
    union all
    select r.feature_id, 'equipment', r.ifc_class, r.floor_no from city.equipment r
    where r.feature_id = p.feature_id and ({wanted}) and {valid r}
        and r.visibility = any(%(circles)s::text[])
) o on true
where p.model_id = %(model)s
order by o.id, p.part
