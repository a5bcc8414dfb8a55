-- Buildings by their ids, as they are now; the square and the size are asked again.
select * from city.building
where feature_id = any(%(ids)s) and valid_to is null and superseded_at is null
    and visibility = any(%(access)s)
