-- The matrix takes model metres to the storage CRS; a model without one has no place in the city.
-- Of a building the city's own object is meant, where the model stands on one.
insert into twin.model_finding (
    model_id, seq, rule, answer, severity, global_id, feature_id, ifc_class, name, storey, floor_no, message,
    expected, found, remedy, point_m, point, file_sha256
)
select m.id, n.seq, n.rule, n.answer, n.severity, n.global_id,
       case when n.ifc_class = 'IfcBuilding' then coalesce(m.building_id, f.id) else f.id end,
       n.ifc_class, n.name, n.storey, n.floor_no, n.message, n.expected, n.found, n.remedy, n.point_m, p.point, %(file_sha256)s
from new_findings n
join twin.model m on m.id = %(id)s
left join lateral (
    select id from city.feature
    where collection in ('space', 'opening', 'equipment', 'element', 'storey', 'building')
      and source = m.source and source_key = n.global_id
    order by id desc limit 1
) f on true
left join lateral (
    select st_setsrid(st_makepoint(
               m.matrix[1] * x + m.matrix[2] * y + m.matrix[3] * z + m.matrix[4],
               m.matrix[5] * x + m.matrix[6] * y + m.matrix[7] * z + m.matrix[8],
               m.matrix[9] * x + m.matrix[10] * y + m.matrix[11] * z + m.matrix[12]),
           (select value::int from twin.about where key = 'storage_srid')) as point
    from (select (n.point_m ->> 0)::float8 as x, (n.point_m ->> 1)::float8 as y,
                 (n.point_m ->> 2)::float8 as z) q
    where m.matrix is not null and n.point_m is not null
) p on true
