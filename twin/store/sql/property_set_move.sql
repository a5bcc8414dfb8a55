-- What was said under one id is said under another, unless something is said of that already.
update twin.property_set p set feature_id = %(after)s
where p.model_id = %(model_id)s and p.feature_id = %(before)s
    and not exists (select from twin.property_set o where o.model_id = p.model_id and o.feature_id = %(after)s)
