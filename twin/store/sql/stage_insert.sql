insert into {table} (feature_id, {columns}, provenance, valid_from, valid_to, load_id)
select
    s.feature_id, {staged}, s.provenance,
    -- what came before keeps its place in time, so that no moment has two versions
    case when v.version_id is null or v.verdict = 'corrected' then s.valid_from else v.turn end,
    s.valid_to, %(load_id)s
from stage s
join verdict v using (feature_id)
where v.verdict in ('new', 'changed', 'corrected')
