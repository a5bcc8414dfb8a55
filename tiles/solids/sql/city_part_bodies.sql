, array_agg(st_asbinary(p.solid) order by p.feature_id) filter (where p.solid is not null) as part_solids,
    jsonb_agg(p.shell order by p.feature_id) filter (where p.solid is null and p.shell is not null) as part_shells,
    array_agg(st_asbinary(p.geometry) order by p.feature_id)
        filter (where p.solid is null and p.shell is null) as part_plans,
    array_agg(p.low_m order by p.feature_id) filter (where p.solid is null and p.shell is null) as part_lows_m,
    array_agg(p.top_m order by p.feature_id) filter (where p.solid is null and p.shell is null) as part_tops_m
