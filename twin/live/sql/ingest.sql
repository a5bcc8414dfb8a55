select accepted, duplicate, late, quarantined
from live.ingest(
    %(codes)s::text[], %(times)s::timestamptz[], %(results)s::double precision[],
    %(qualities)s::smallint[], %(kept_hours)s::integer)
