-- Old rows may still use a code that left its list, so it stays readable.
update twin.code
set deprecated = true
where list = any (%(lists)s::text[])
    and not deprecated
    and list || '/' || code <> all (%(known)s::text[])
