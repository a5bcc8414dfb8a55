delete from twin.property_set p
where p.model_id = %(model_id)s
    and not exists (select from new_sets n where n.feature_id = p.feature_id)
