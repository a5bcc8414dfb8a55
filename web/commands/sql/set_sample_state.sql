insert into twin.about (key, value) values ('sample', %(value)s)
on conflict (key) do update set value = excluded.value
