-- What a person corrected stays corrected: a source that still says the old value
-- does not undo it. Counted, so that the report can say so.
with edited as (
    select c.*
    from {table} c
    join stage using (feature_id)
    where c.valid_to is null and c.superseded_at is null
        and c.provenance ?| %(columns)s::text[]
)
update stage s
set {edits}, provenance = c.provenance
from edited c
where c.feature_id = s.feature_id
