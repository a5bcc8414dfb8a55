-- Objects whose own rows the caller may not see are left out.
select c.*
from twin.model_changes(%(model)s, %(before)s, %(after)s) c
where not exists (
    select from (
        select visibility from city.space v where v.feature_id = c.feature_id
        union all select visibility from city.element v where v.feature_id = c.feature_id
        union all select visibility from city.opening v where v.feature_id = c.feature_id
        union all select visibility from city.equipment v where v.feature_id = c.feature_id
        union all select visibility from city.storey v where v.feature_id = c.feature_id
        union all select visibility from city.building v where v.feature_id = c.feature_id
        union all select visibility from city.road v where v.feature_id = c.feature_id
        union all select visibility from city.rail v where v.feature_id = c.feature_id
        union all select visibility from city.bridge v where v.feature_id = c.feature_id
    ) v where v.visibility <> all (%(circles)s::text[])
)
order by c.collection, c.floor_no nulls last, c.global_id
