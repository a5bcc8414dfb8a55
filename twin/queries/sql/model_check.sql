-- A model nobody checked is unknown, not good.
select m.id as model, m.source, m.name, m.building_id, l.file_name, c.checked_at,
       coalesce(c.answer, 'unknown') as answer,
       c.file_sha256 is not null and c.file_sha256 is distinct from l.file_sha256 as stale,
       coalesce(c.rules, '[]') as rules, coalesce(c.about -> 'notes', '[]') as notes
from twin.model m
left join twin.load l on l.id = m.load_id
left join twin.model_check c on c.model_id = m.id
where m.id = %(model)s and m.withdrawn_at is null
  and not exists (
      select from city.building b
      where b.feature_id = m.building_id and b.valid_to is null and b.superseded_at is null
        and b.visibility <> all(%(circles)s::text[])
  )
