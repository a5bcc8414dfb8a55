-- Two moves at once go one after the other, so that both are judged by what is true then.
select feature_id, status, reported_at from city.incident
where feature_id = %(incident)s and valid_to is null and superseded_at is null
for update
