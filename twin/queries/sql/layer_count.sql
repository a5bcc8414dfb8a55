select '{name}' as name, count(*) as n from city_now."{name}"
