update twin.placing
set withdrawn_by = %(actor)s, withdrawn_at = now(), withdrawn_note = %(note)s
where id = %(id)s
