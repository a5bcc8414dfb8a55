-- The present ends where the new version starts; what was wrong about the past is superseded.
update {table} c
set
    valid_to = case
        when v.verdict = 'changed' then v.turn
        when v.verdict = 'ended' then greatest(s.valid_to, c.valid_from)
        else c.valid_to
    end,
    superseded_at = case when v.verdict = 'corrected' then now() end
from verdict v
join stage s using (feature_id)
where c.version_id = v.version_id and v.verdict in ('changed', 'ended', 'corrected')
