-- Is a building protected? One view, asked by the query and drawn by the map, so that the
-- two cannot disagree. Three answers: present, absent, unknown. What nobody has said is
-- unknown, never absent; one partial or contradicting source shows in the evidence.

drop view if exists twin.building_protection, twin.protection_record, twin.protection_device,
    twin.protection_statement, twin.protection_record_ever, twin.protection_device_ever;

-- Evidence from the fire record of the building, of every version of it.
create or replace view twin.protection_record_ever as
select p.building_id, p.valid_from, p.valid_to, p.superseded_at, v.protection, v.status,
       jsonb_build_object('kind', 'fire_profile', 'feature_id', p.feature_id, 'value', v.value,
           'source', coalesce(p.provenance->v.field->>'source', l.source, 'manual'),
           'date', coalesce((p.provenance->v.field->>'at')::date, p.checked_on, l.source_date, p.recorded_at::date),
           'confidence', p.confidence) as evidence
from city.fire_profile p
left join twin.load l on l.id = p.load_id
cross join lateral (values
    ('sprinkler', 'sprinkler', to_jsonb(p.sprinkler),
     case lower(p.sprinkler) when 'none' then 'absent' when 'unknown' then null
          else case when p.sprinkler is not null then 'present' end end),
    ('indoor_hydrant', 'indoor_hydrant', to_jsonb(p.indoor_hydrant),
     case p.indoor_hydrant when true then 'present' when false then 'absent' end),
    ('alarm_system', 'alarm_system', to_jsonb(p.alarm_system),
     case p.alarm_system when true then 'present' when false then 'absent' end)
) v(protection, field, value, status)
where p.building_id is not null;

create or replace view twin.protection_record as
select building_id, protection, status, evidence
from twin.protection_record_ever
where valid_to is null and superseded_at is null;

-- Evidence from models: a device that stands in the building proves its system; that a
-- model shows none proves nothing, for models leave out whole trades.
create or replace view twin.protection_device_ever as
select e.building_id, e.valid_from, e.valid_to, e.superseded_at, k.protection, e.kind, e.feature_id, l.source,
       coalesce(l.source_date, e.recorded_at::date) as date, e.confidence
from city.equipment e
join (values ('sprinkler', 'sprinkler'), ('hydrant', 'indoor_hydrant'), ('hydrant_box', 'indoor_hydrant'),
             ('hose_reel', 'indoor_hydrant'), ('smoke_detector', 'alarm_system'), ('smoke_sensor', 'alarm_system'),
             ('heat_detector', 'alarm_system'), ('flame_detector', 'alarm_system'), ('fire_panel', 'alarm_system'),
             ('manual_call_point', 'alarm_system'), ('call_point', 'alarm_system')) k(kind, protection)
    on k.kind = lower(e.kind)
left join twin.load l on l.id = e.load_id
where e.building_id is not null;

create or replace view twin.protection_device as
select building_id, protection, 'present'::text as status,
       jsonb_build_object('kind', 'equipment', 'value', min(kind), 'devices', count(*),
           'feature_id', min(feature_id), 'source', min(source), 'date', max(date),
           'confidence', max(confidence)) as evidence
from twin.protection_device_ever
where valid_to is null and superseded_at is null
group by building_id, protection;

-- What the model states of the building as a whole (SprinklerProtection of Pset_BuildingCommon).
create or replace view twin.protection_statement as
select m.building_id, 'sprinkler'::text as protection,
       case (s.value)::text when 'true' then 'present' when 'false' then 'absent' end as status,
       jsonb_build_object('kind', 'property_set', 'feature_id', s.feature_id, 'value', s.value,
           'property', 'Pset_BuildingCommon.SprinklerProtection', 'source', m.source,
           'date', coalesce(l.source_date, m.semantics_at::date), 'confidence', null) as evidence
from twin.model m
left join twin.load l on l.id = m.load_id
cross join lateral (
    select p.feature_id, coalesce(
        p.sets #> '{psets,Pset_BuildingCommon,SprinklerProtection}', p.sets #> '{Pset_BuildingCommon,SprinklerProtection}') as value
    from twin.property_set p
    where p.model_id = m.id
      and (p.sets #> '{psets,Pset_BuildingCommon}' is not null or p.sets #> '{Pset_BuildingCommon}' is not null)
) s
where m.withdrawn_at is null and m.building_id is not null and s.value is not null;

create or replace view twin.building_protection as
select building_id, protection,
       case when bool_or(status = 'present') then 'present'
            when bool_or(status = 'absent') then 'absent'
            else 'unknown' end as status,
       coalesce(jsonb_agg(evidence || jsonb_build_object('status', coalesce(status, 'unknown')))
           filter (where status is not null), '[]') as evidence
from (
    select * from twin.protection_record
    union all select * from twin.protection_device
    union all select * from twin.protection_statement
) said
group by building_id, protection;
