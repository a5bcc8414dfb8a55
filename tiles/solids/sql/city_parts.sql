-- Parts of buildings that have a body: the box around them and how detailed they are. What has neither
-- solid nor faces is drawn between the heights of its plan, as buildings are.
select p.building_id as part_of, st_3dextent(p.box::geometry) as part_box,
    max(p.lod) filter (where p.kind is distinct from 'BuildingInstallation') as part_lod{bodies}
from (
    select q.*,
        case
            when q.solid is not null then box3d(q.solid)
            when q.shell is not null then st_3dmakebox(
                st_makepoint((q.around->0->>0)::float8, (q.around->0->>1)::float8, (q.around->0->>2)::float8),
                st_makepoint((q.around->1->>0)::float8, (q.around->1->>1)::float8, (q.around->1->>2)::float8))
            else st_3dmakebox(
                st_makepoint(st_xmin(q.geometry), st_ymin(q.geometry), q.low_m),
                st_makepoint(st_xmax(q.geometry), st_ymax(q.geometry), q.top_m))
        end as box
    from (
        select p.feature_id, p.building_id, p.kind, p.lod, p.solid, p.shell, p.geometry,
            p.shell->'box' as around,
            coalesce(p.z_min_m, p.elev_base_m) as low_m,
            coalesce(
                coalesce(p.z_min_m, p.elev_base_m) + p.height_m, p.z_max_m, p.z_min_m, p.elev_base_m
            ) as top_m
        from city.building_part p
        where {which} and p.building_id is not null and p.visibility = any(%(access)s)
    ) q
) p
where p.box is not null
group by p.building_id
