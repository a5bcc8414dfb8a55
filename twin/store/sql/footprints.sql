select feature_id, st_asbinary(geometry)
from city.building
where feature_id = any (%(ids)s::bigint[])
    and valid_to is null and superseded_at is null
    and geometry is not null
