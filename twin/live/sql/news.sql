-- Everything committed since a snapshot. One statement has one snapshot, so what it
-- returns and the snapshot it returns with it agree exactly.
-- `since` null: only the snapshot. Each part is a scan of an xid index from the horizon on.
-- Everybody hears it, so what is not public is left out.
-- `upto` cuts a replay off where the reader's own queue begins; null: up to now.
with horizon as (
    select %(since)s::pg_snapshot as seen, %(upto)s::pg_snapshot as upto
), touched as (
    select t.collection, t.cell_e, t.cell_n, t.xid
    from twin.touch t, horizon
    where t.xid >= pg_snapshot_xmin(%(since)s::pg_snapshot) and not pg_visible_in_snapshot(t.xid, seen)
      and (upto is null or pg_visible_in_snapshot(t.xid, upto))
), reading as (
    select d.code, d.sensor_id, l.phenomenon_time, l.result, l.quality, l.state, l.state_since, l.xid
    from live.datastream_latest l join live.datastream d on d.id = l.datastream_id, horizon
    where l.xid >= pg_snapshot_xmin(%(since)s::pg_snapshot) and not pg_visible_in_snapshot(l.xid, seen)
      and (upto is null or pg_visible_in_snapshot(l.xid, upto))
      and not exists (
          select from city.sensor s
          where s.feature_id = d.sensor_id and s.valid_to is null and s.superseded_at is null
            and s.visibility <> 'public')
), warned as (
    select a.id, d.code, d.sensor_id, a.severity, a.raised_at, a.cleared_at, a.result, a.limit_value,
           a.acknowledged_at, a.acknowledged_by, a.incident_id
    from live.alarm a join live.datastream d on d.id = a.datastream_id, horizon
    where a.xid >= pg_snapshot_xmin(%(since)s::pg_snapshot) and not pg_visible_in_snapshot(a.xid, seen)
      and (upto is null or pg_visible_in_snapshot(a.xid, upto))
      and not exists (
          select from city.sensor s
          where s.feature_id = d.sensor_id and s.valid_to is null and s.superseded_at is null
            and s.visibility <> 'public')
), stepped as (
    select e.incident_id, e.seq, e.at, e.actor, e.kind, e.from_status, e.to_status, e.payload
    from live.incident_event e, horizon
    where e.xid >= pg_snapshot_xmin(%(since)s::pg_snapshot) and not pg_visible_in_snapshot(e.xid, seen)
      and (upto is null or pg_visible_in_snapshot(e.xid, upto))
)
select
    -- a standby does not list what is still running: from xmin on nothing counts as seen there, so what is
    -- told while an older transaction runs is told again, and what commits late is not passed over
    case when pg_is_in_recovery()
        then pg_snapshot_xmin(pg_current_snapshot()) || ':' || pg_snapshot_xmin(pg_current_snapshot()) || ':'
        else pg_current_snapshot()::text
    end as snapshot,
    (select coalesce(json_agg(json_build_array(collection, cell_e, cell_n, xid::text)), '[]')
     from (select distinct collection, cell_e, cell_n, xid from touched) t) as touches,
    (select coalesce(json_agg(json_build_object(
        'code', code, 'sensor_id', sensor_id, 't', phenomenon_time, 'result', result,
        'quality', quality, 'state', state, 'state_since', state_since) order by xid, code), '[]')
     from reading) as observations,
    (select coalesce(json_agg(json_build_object(
        'id', id, 'code', code, 'sensor_id', sensor_id, 'severity', severity, 'raised_at', raised_at,
        'cleared_at', cleared_at, 'result', result, 'limit_value', limit_value,
        'acknowledged_at', acknowledged_at, 'acknowledged_by', acknowledged_by,
        'incident_id', incident_id) order by id), '[]')
     from warned) as alarms,
    (select coalesce(json_agg(json_build_object(
        'id', i.feature_id, 'code', i.code, 'type', i.type, 'level', i.level, 'title', i.title,
        'status', i.status, 'building_id', i.building_id, 'floor_no', i.floor_no,
        'lon', st_x(i.place), 'lat', st_y(i.place),
        'event', json_build_object('seq', s.seq, 'at', s.at, 'actor', s.actor, 'kind', s.kind,
            'from', s.from_status, 'to', s.to_status, 'payload', s.payload)) order by s.incident_id, s.seq), '[]')
     from stepped s
     join lateral (
         select c.*, st_transform(c.geometry, 4326) as place
         from city.incident c
         where c.feature_id = s.incident_id and c.valid_to is null and c.superseded_at is null
           and c.visibility = 'public'
     ) i on true) as incidents
