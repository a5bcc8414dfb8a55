-- Building a room is in, by whichever version is the newest: a room of the past was in one, too.
select building_id from city.space where feature_id = %(space)s order by valid_from desc nulls last limit 1
