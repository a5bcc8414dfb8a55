insert into twin.code (list, code, zh, en, colour, icon, deprecated, rank)
values (%(list)s, %(code)s, %(zh)s, %(en)s, %(colour)s, %(icon)s, %(deprecated)s, %(rank)s)
on conflict (list, code) do update
set zh = excluded.zh, en = excluded.en, colour = excluded.colour, icon = excluded.icon,
    deprecated = excluded.deprecated, rank = excluded.rank
where (code.zh, code.en, code.colour, code.icon, code.deprecated, code.rank)
    is distinct from
    (excluded.zh, excluded.en, excluded.colour, excluded.icon, excluded.deprecated, excluded.rank)
