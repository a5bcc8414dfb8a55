-- The last of so many buildings after one, in the order of their ids; null: there are no more than that.
select (
    select feature_id from city.building
    where feature_id > %(after)s and valid_to is null and superseded_at is null
    order by feature_id offset %(at_once)s limit 1
) as upto
