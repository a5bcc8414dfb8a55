with recursive edges as (
    select e.kind, e.a_id, e.b_id from twin.space_edge e join city_now.space s on s.feature_id = e.a_id
    where e.valid_to is null and s.building_id = %(building)s
), both_ways as (
    select a_id, b_id from edges where b_id is not null
    union all select b_id, a_id from edges where b_id is not null
), reached as (
    select a_id as id from edges where kind = 'exit'
    union select b.b_id from reached r join both_ways b on b.a_id = r.id
), without as (
    select a_id as id from edges where kind = 'exit' and a_id <> 1000000 + %(building)s * 10000 + 1500
    union select b.b_id from without w join both_ways b on b.a_id = w.id
    where b.b_id <> 1000000 + %(building)s * 10000 + 1500
)
select id from reached where id <> 1000000 + %(building)s * 10000 + 1500
except select id from without
