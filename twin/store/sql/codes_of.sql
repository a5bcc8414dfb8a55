select array_agg(code order by rank, code) as codes from twin.code where list = %(list)s and not deprecated
