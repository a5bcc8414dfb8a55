-- Objects by the code people call them; only what is there now.
select c.code, max(c.feature_id)
from {table} c
join city.feature f on f.id = c.feature_id
where c.code = any (%(keys)s::text[])
    and c.valid_to is null and c.superseded_at is null
    and (%(source)s::text is null or f.source = %(source)s)
group by c.code
