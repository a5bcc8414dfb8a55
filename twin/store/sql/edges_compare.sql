-- What only stands (with its id) and what only comes (without one). Edges have no key of their own, and two
-- open sides between the same rooms may be alike, so each is paired with one that says the same. Windows
-- instead of joins: statistics of what this transaction wrote are not there yet.
create temp table edge_changes on commit drop as
select id, {columns}
from (
    select u.*, count(*) over (partition by said, nth) as sides
    from (
        select a.*, row_number() over (partition by said, id is null order by id) as nth
        from (
            select e.id, {columns}, row({columns})::text as said
            from {table} e
            where e.model_id = %(model)s and e.valid_to is null and e.superseded_at is null
            union all
            select null, {columns}, row({columns})::text from new_edges
        ) a
    ) u
) w
where sides = 1
