select array_agg(code order by rank, code) filter (where not deprecated) as codes
from twin.code where list = 'incident'
having bool_or(code = %(code)s) is not null
