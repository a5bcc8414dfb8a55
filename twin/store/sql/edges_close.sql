update {table} e
set valid_to = greatest(now(), e.valid_from)
where e.id = any(array(select c.id from edge_changes c where c.id is not null))
