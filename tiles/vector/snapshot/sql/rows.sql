-- Every public row of a layer as it is now, for the copy in memory; the words in braces come
-- from the catalogue. Its order of columns is that of kernel/record.py.
select r.feature_id::int8, (hashint8(r.feature_id) & 1023)::int4, ({invalid})::bool,
    st_xmin(r.geometry)::float8, st_ymin(r.geometry)::float8,
    st_xmax(r.geometry)::float8, st_ymax(r.geometry)::float8,
    st_asbinary(st_transform({geometry}, 3857), 'NDR'){columns}
from city.{name} r
{joins}
where r.valid_to is null and r.superseded_at is null and r.visibility = 'public'
    and r.geometry is not null and not st_isempty(r.geometry)
