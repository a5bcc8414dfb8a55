insert into twin.property_set (model_id, feature_id, sets)
select %(model_id)s, feature_id, sets from new_sets
on conflict (model_id, feature_id) do update
set sets = excluded.sets
where property_set.sets is distinct from excluded.sets
