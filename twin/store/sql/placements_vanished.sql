delete from twin.placement p
where p.model_id = %(model_id)s
    and not exists (select from new_placements n where n.feature_id = p.feature_id and n.part = p.part)
