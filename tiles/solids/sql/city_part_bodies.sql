, array_agg(st_asbinary(p.solid) order by p.feature_id) filter (where p.solid is not null) as part_solids,
    jsonb_agg(p.shell order by p.feature_id) filter (where p.solid is null and p.shell is not null) as part_shells,
    array_agg(st_asbinary(p.geometry) order by p.feature_id)
        filter (where p.solid is null and p.shell is null) as part_plans,
    array_agg(p.low_m order by p.feature_id) filter (where p.solid is null and p.shell is null) as part_lows_m,
    array_agg(p.top_m order by p.feature_id) filter (where p.solid is null and p.shell is null) as part_tops_m,
    array_agg(coalesce(
        nullif(st_area(p.geometry), 0),
        (st_xmax(p.box) - st_xmin(p.box)) * (st_ymax(p.box) - st_ymin(p.box))
    )) filter (where p.kind is distinct from 'BuildingInstallation') as part_areas_m2,
    array_agg(st_zmax(p.box) - st_zmin(p.box))
        filter (where p.kind is distinct from 'BuildingInstallation') as part_heights_m
