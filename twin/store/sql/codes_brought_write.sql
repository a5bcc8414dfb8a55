insert into twin.about (key, value) values ('code_lists', %(value)s)
on conflict (key) do update set value = excluded.value
