(select o.model_id, o.feature_id, o.sets from twin.property_set o where {of})
