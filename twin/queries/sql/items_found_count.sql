union all select null, null, count(*) from found
