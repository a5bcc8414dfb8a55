-- Buildings of a range of ids, as they are now.
select * from city.building
where feature_id > %(after)s and feature_id <= %(upto)s and valid_to is null and superseded_at is null
    and visibility = any(%(access)s)
