-- Whoever accepts one place says no to the others that are open.
update twin.placing
set
    decision = case when id = %(id)s then %(decision)s else 'rejected' end,
    decided_by = %(actor)s,
    decided_at = now(),
    note = case when id = %(id)s then %(note)s else 'another place was accepted: ' || %(id)s::text end
where id = %(id)s
    or (%(decision)s = 'accepted' and source = %(source)s and decision is null)
