insert into twin.placing (
    source, model_id, statement, problem, building_id, matrix, residual_m, overlap, rotation_deg,
    shift_m, ambiguous, footprint, stated_footprint, load_id
)
select
    %(source)s, m.id, %(statement)s, %(problem)s, %(building_id)s, %(matrix)s, %(residual_m)s, %(overlap)s,
    %(rotation_deg)s, %(shift_m)s, %(ambiguous)s,
    st_multi(st_setsrid(st_geomfromwkb(%(footprint)s::bytea), %(srid)s)),
    st_multi(st_setsrid(st_geomfromwkb(%(stated_footprint)s::bytea), %(srid)s)),
    %(load_id)s
from twin.model m
where m.source = %(source)s
returning id
