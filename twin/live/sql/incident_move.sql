update city.incident
set status = %(status)s,
    dispatched_at = case when %(stamp)s = 'dispatched_at' then now() else dispatched_at end,
    arrived_at = case when %(stamp)s = 'arrived_at' then now() else arrived_at end,
    closed_at = case when %(stamp)s = 'closed_at' then now() else closed_at end
where feature_id = %(incident)s and valid_to is null and superseded_at is null
