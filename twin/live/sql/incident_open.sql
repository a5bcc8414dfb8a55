-- The number is year and running number of the incident's identity, which is given by trigger.
insert into city.incident
    (type, level, title, status, reported_by, building_id, building_code, floor_no, unit_code, address,
     reported_at, geometry, valid_from, code)
values
    (%(type)s, %(level)s, %(title)s, 'reported', %(reported_by)s, %(building_id)s, %(building_code)s,
     %(floor_no)s, %(unit_code)s, %(address)s, now(), %(geometry)s, now(),
     'E' || to_char(now(), 'YYYYMMDD') || '-' || substr(md5(gen_random_uuid()::text), 1, 6))
returning feature_id, code
