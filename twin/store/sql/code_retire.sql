-- Old rows may still use a code that left its list, so it stays readable.
update twin.code
set deprecated = true
where list = %(list)s and code = any (%(codes)s::text[]) and not deprecated
