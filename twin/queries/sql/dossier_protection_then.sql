-- As the view twin.building_protection, of one building at the moment.
with said as (
    select r.protection, r.status, r.evidence
    from twin.protection_record_ever r
    where r.building_id = %(building)s and {valid r}
    union all
    select d.protection, 'present',
           jsonb_build_object('kind', 'equipment', 'value', min(d.kind), 'devices', count(*),
               'feature_id', min(d.feature_id), 'source', min(d.source), 'date', max(d.date),
               'confidence', max(d.confidence))
    from twin.protection_device_ever d
    where d.building_id = %(building)s and {valid d}
    group by d.protection
    union all
    select 'sprinkler', case v.value::text when 'true' then 'present' when 'false' then 'absent' end,
           jsonb_build_object('kind', 'property_set', 'feature_id', p.feature_id, 'value', v.value,
               'property', 'Pset_BuildingCommon.SprinklerProtection', 'source', m.source,
               'date', coalesce(l.source_date, l.started_at::date), 'confidence', null)
    from twin.model m
    left join twin.load l on l.id = twin.model_load_at(m.id, %(moment)s)
    cross join lateral {sets} p
    cross join lateral (
        select coalesce(p.sets -> 'psets', p.sets) -> 'Pset_BuildingCommon' -> 'SprinklerProtection' as value
    ) v
    where m.building_id = %(building)s and m.withdrawn_at is null and v.value is not null
)
select k.protection,
       case when bool_or(s.status = 'present') then 'present'
            when bool_or(s.status = 'absent') then 'absent' else 'unknown' end as status,
       coalesce(jsonb_agg(s.evidence || jsonb_build_object('status', coalesce(s.status, 'unknown')))
           filter (where s.status is not null), '[]') as evidence
from (values ('sprinkler'), ('indoor_hydrant'), ('alarm_system')) k(protection)
left join said s using (protection)
group by k.protection
order by array_position(array['sprinkler', 'indoor_hydrant', 'alarm_system'], k.protection)
