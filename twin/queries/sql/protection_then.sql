-- As the view twin.building_protection, as of the moment, of the buildings of an array of ids.
(
    select building_id, protection,
           case when bool_or(status = 'present') then 'present'
                when bool_or(status = 'absent') then 'absent' else 'unknown' end as status,
           coalesce(jsonb_agg(evidence || jsonb_build_object('status', coalesce(status, 'unknown')))
               filter (where status is not null), '[]') as evidence
    from (
        select r.building_id, r.protection, r.status, r.evidence
        from twin.protection_record_ever r
        where r.building_id = any({buildings}) and {valid r}
        union all
        select d.building_id, d.protection, 'present',
               jsonb_build_object('kind', 'equipment', 'value', min(d.kind), 'devices', count(*),
                   'feature_id', min(d.feature_id), 'source', min(d.source), 'date', max(d.date),
                   'confidence', max(d.confidence))
        from twin.protection_device_ever d
        where d.building_id = any({buildings}) and {valid d}
        group by d.building_id, d.protection
        union all
        select m.building_id, 'sprinkler', case v.value::text when 'true' then 'present' when 'false' then 'absent' end,
               jsonb_build_object('kind', 'property_set', 'feature_id', p.feature_id, 'value', v.value,
                   'property', 'Pset_BuildingCommon.SprinklerProtection', 'source', m.source,
                   'date', coalesce(l.source_date, l.started_at::date), 'confidence', null)
        from twin.model m
        left join twin.load l on l.id = twin.model_load_at(m.id, %(moment)s)
        cross join lateral {sets} p
        cross join lateral (
            select coalesce(p.sets -> 'psets', p.sets) -> 'Pset_BuildingCommon' -> 'SprinklerProtection' as value
        ) v
        where m.building_id = any({buildings}) and m.withdrawn_at is null and v.value is not null
    ) said
    group by building_id, protection
)
