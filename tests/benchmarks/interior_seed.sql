-- Buildings in rows of ten, 44 x 12 m: four rooms on each side of a corridor, a stair at its end.
insert into city.feature (collection, source, source_key)
select 'building', 'bench', b::text from generate_series(1, %(buildings)s) b;
insert into city.feature (id, collection, source, source_key) overriding system value
select 1000000 + b * 10000 + f * 100 + r, 'space', 'bench', b || '/' || f || '/' || r
from generate_series(1, %(buildings)s) b, generate_series(1, %(floors)s) f, generate_series(0, %(rooms)s - 1) r;
insert into city.feature (id, collection, source, source_key) overriding system value
select 20000000 + b * 10000 + f * 100 + e, 'element', 'bench', b || '/' || f || '/' || e
from generate_series(1, %(buildings)s) b, generate_series(1, %(floors)s) f, generate_series(0, 19) e;
insert into city.feature (id, collection, source, source_key) overriding system value
select 40000000 + b * 10000 + f * 100 + e, 'equipment', 'bench', b || '/' || f || '/' || e
from generate_series(1, %(buildings)s) b, generate_series(1, %(floors)s) f, generate_series(0, 13) e;
insert into city.building (feature_id, code, elev_base_m, geometry)
select b, 'B' || b, 6.0, st_multi(st_makeenvelope(508000 + b %% 10 * 60, 2492000 + b / 10 * 40,
                                             508040 + b %% 10 * 60, 2492012 + b / 10 * 40, 4547))
from generate_series(1, %(buildings)s) b;
insert into city.space (feature_id, building_id, floor_no, name, compartment, geometry, z_min_m, z_max_m, area_m2, valid_from)
select 1000000 + b * 10000 + f * 100 + r, b, case when f <= 2 then f - 3 else f - 2 end, 'R' || r, 'FC-' || f,
       st_multi(case when r = 0 then st_makeenvelope(x + 0.1, y + 5.1, x + 39.9, y + 6.9, 4547)
            when r < 5 then st_makeenvelope(x + (r - 1) * 10 + 0.1, y + 0.1, x + r * 10 - 0.1, y + 4.9, 4547)
            when r < 9 then st_makeenvelope(x + (r - 5) * 10 + 0.1, y + 7.1, x + (r - 4) * 10 - 0.1, y + 11.9, 4547)
            else st_makeenvelope(x + 40.1, y + 0.1, x + 43.9, y + 11.9, 4547) end),
       (f - 3) * 3.0 + 6.0, (f - 3) * 3.0 + 8.8, 40, '2021-01-01'
from generate_series(1, %(buildings)s) b, generate_series(1, %(floors)s) f, generate_series(0, %(rooms)s - 1) r,
     lateral (select 508000 + b %% 10 * 60 as x, 2492000 + b / 10 * 40 as y) p;
insert into city.element (feature_id, building_id, floor_no, ifc_class, name, system, fire_rating_min, geometry,
                          z_min_m, z_max_m)
select 20000000 + b * 10000 + f * 100 + e, b, case when f <= 2 then f - 3 else f - 2 end,
       case when e = 19 then 'IfcPipeSegment' else 'IfcWall' end, case when e = 19 then '立管' else 'W' || e end,
       case when e = 19 then 'SPR' end, case when e %% 3 = 0 then 30 when e %% 3 = 1 then 120 end,
       st_multi(case when e = 19 then st_makeenvelope(x + 43, y + 11, x + 43.1, y + 11.1, 4547)
            when e < 4 then st_makeenvelope(x, y + (array[0, 5, 7, 12])[e + 1] - 0.1, x + 44, y + (array[0, 5, 7, 12])[e + 1] + 0.1, 4547)
            when e < 12 then st_makeenvelope(x + (e - 4) %% 5 * 10 - 0.1, y + (e - 4) / 5 * 7, x + (e - 4) %% 5 * 10 + 0.1, y + (e - 4) / 5 * 7 + 5, 4547)
            else st_makeenvelope(x + 44 - 0.1, y + (e - 12), x + 44.1, y + (e - 11), 4547) end),
       (f - 3) * 3.0 + 6.0, (f - 3) * 3.0 + 9.0
from generate_series(1, %(buildings)s) b, generate_series(1, %(floors)s) f, generate_series(0, 19) e,
     lateral (select 508000 + b %% 10 * 60 as x, 2492000 + b / 10 * 40 as y) p;
insert into city.equipment (feature_id, building_id, floor_no, kind, name, geometry, z_min_m, valid_from)
select 40000000 + b * 10000 + f * 100 + e, b, case when f <= 2 then f - 3 else f - 2 end,
       (array['sprinkler', 'smoke_detector', null])[1 + e %% 3], 'E' || e,
       st_setsrid(st_makepoint(x + e * 3, y + 6), 4547), (f - 3) * 3.0 + 8.5, '2021-01-01'
from generate_series(1, %(buildings)s) b, generate_series(1, %(floors)s) f, generate_series(0, 13) e,
     lateral (select 508000 + b %% 10 * 60 as x, 2492000 + b / 10 * 40 as y) p;
insert into twin.model (source, building_id, schema, placement)
select 'bench/' || b, b, 'IFC4', 'map-conversion' from generate_series(1, %(buildings)s) b;
insert into twin.space_edge (model_id, kind, a_id, b_id, floor_no, width_m, length_a_m, length_b_m, run_m, at_m, evidence)
select m.id, 'door', 1000000 + b * 10000 + f * 100 + r, 1000000 + b * 10000 + f * 100, f, 1.0, 2.5, 10, null,
       array[case when r < 9 then x + (r - 1) %% 4 * 10 + 5 else x + 40 end, case when r < 5 then y + 5 when r < 9 then y + 7 else y + 6 end, (f - 3) * 3.0 + 6.0], 'geometry'
from generate_series(1, %(buildings)s) b join twin.model m on m.building_id = b,
     generate_series(1, %(floors)s) f, generate_series(1, %(rooms)s - 1) r,
     lateral (select 508000 + b %% 10 * 60 as x, 2492000 + b / 10 * 40 as y) p;
insert into twin.space_edge (model_id, kind, a_id, b_id, floor_no, width_m, length_a_m, length_b_m, run_m, at_m, evidence)
select m.id, 'stair', 1000000 + b * 10000 + f * 100 + 9, 1000000 + b * 10000 + (f + 1) * 100 + 9, f, 1.2, 1, 1, 5.4,
       array[x + 42, y + 8, (f - 3) * 3.0 + 7.5], 'geometry'
from generate_series(1, %(buildings)s) b join twin.model m on m.building_id = b, generate_series(1, %(floors)s - 1) f,
     lateral (select 508000 + b %% 10 * 60 as x, 2492000 + b / 10 * 40 as y) p;
insert into twin.space_edge (model_id, kind, a_id, floor_no, width_m, length_a_m, at_m, evidence)
select m.id, 'exit', 1000000 + b * 10000 + 300, 1, 2.0, 20, array[x, y + 6, 6.0], 'geometry'
from generate_series(1, %(buildings)s) b join twin.model m on m.building_id = b,
     lateral (select 508000 + b %% 10 * 60 as x, 2492000 + b / 10 * 40 as y) p;
-- one earlier version of all of it, which answers as of a moment of 2020
insert into city.space (feature_id, building_id, floor_no, name, compartment, geometry, z_min_m, z_max_m, area_m2, valid_from, valid_to)
select feature_id, building_id, floor_no, name, compartment, geometry, z_min_m, z_max_m, area_m2, '2020-01-01', '2021-01-01'
from city.space;
insert into city.equipment (feature_id, building_id, floor_no, kind, name, geometry, z_min_m, valid_from, valid_to)
select feature_id, building_id, floor_no, kind, name, geometry, z_min_m, '2020-01-01', '2021-01-01' from city.equipment;
insert into twin.space_edge (model_id, kind, a_id, b_id, floor_no, width_m, length_a_m, length_b_m, run_m, at_m, evidence, valid_from, valid_to)
select model_id, kind, a_id, b_id, floor_no, width_m, length_a_m, length_b_m, run_m, at_m, evidence, '2020-01-01', '2021-01-01'
from twin.space_edge;
update twin.space_edge set valid_from = '2021-01-01' where valid_to is null
