-- A model nobody checked is unknown, not good. Of the version asked for counts the check of its own file, whenever
-- that was made; else the newest one made by then, which is stale.
select m.id as model, m.source, m.name, m.building_id, l.id as load_id, l.file_name, c.checked_at,
       coalesce(c.answer, 'unknown') as answer,
       c.file_sha256 is not null and c.file_sha256 is distinct from l.file_sha256 as stale,
       coalesce(c.rules, '[]') as rules, coalesce(c.about -> 'notes', '[]') as notes, c.file_sha256 as checked_sha256
from twin.model m
left join twin.load l on l.id = twin.model_load_at(m.id, %(moment)s::timestamptz)
left join lateral (
    select k.* from twin.model_check k
    where k.model_id = m.id and (
        k.file_sha256 = l.file_sha256 or %(moment)s::timestamptz is null or k.checked_at <= %(moment)s::timestamptz
    )
    order by k.file_sha256 is not distinct from l.file_sha256 desc, k.checked_at desc
    limit 1
) c on true
where m.id = %(model)s and m.withdrawn_at is null
  and not exists (
      select from city.building b
      where b.feature_id = m.building_id and {valid b}
        and b.visibility <> all(%(circles)s::text[])
  )
