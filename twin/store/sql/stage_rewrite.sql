-- Second pass of the same load over its own rows (meaning first, shapes second).
update {table} c
set {assign}
from stage s
join verdict v using (feature_id)
where c.version_id = v.version_id and v.verdict = 'rewrite'
