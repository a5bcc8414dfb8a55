(select c.* from page join {table} c on c.ctid = page.at)
