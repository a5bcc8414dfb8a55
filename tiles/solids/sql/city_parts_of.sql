p.building_id = any(array(select f.feature_id from ({rows}) f))
