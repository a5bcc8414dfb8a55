select i.feature_id as id, i.code, i.type, i.level, i.title, i.status, i.reported_by as source,
       i.building_id, i.building_code, i.floor_no, i.unit_code, i.address,
       i.reported_at, i.dispatched_at, i.arrived_at, i.closed_at, i.commander_role,
       extract(epoch from i.dispatched_at - i.reported_at)::float8 as dispatch_s,
       extract(epoch from i.arrived_at - i.dispatched_at)::float8 as travel_s,
       st_x(st_transform(i.geometry, 4326)) as lon, st_y(st_transform(i.geometry, 4326)) as lat,
       (select s.elev_m from city.storey s where s.building_id = i.building_id and s.floor_no = i.floor_no
        and s.valid_to is null and s.superseded_at is null order by s.feature_id limit 1) as z_m,
       (select coalesce(json_agg(json_build_object('seq', e.seq, 'at', e.at, 'actor', e.actor,
                   'kind', e.kind, 'from', e.from_status, 'to', e.to_status, 'payload', e.payload)
                   order by e.seq), '[]')
        from live.incident_event e where e.incident_id = i.feature_id) as events
from city.incident i
where i.feature_id = %(incident)s and i.valid_to is null and i.superseded_at is null
  and i.visibility = any(%(circles)s::text[])
