update twin.load
set georeference = georeference || jsonb_build_object('changes', %(changes)s::jsonb)
where id = %(load)s
