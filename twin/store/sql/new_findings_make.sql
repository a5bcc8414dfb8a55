create temp table new_findings (
    seq int, rule text, answer text, severity text, global_id text, ifc_class text, name text, storey text,
    floor_no int, message jsonb, expected text, found text, remedy jsonb, point_m jsonb
) on commit drop
