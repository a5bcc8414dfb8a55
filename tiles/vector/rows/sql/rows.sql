-- Rows of one layer of one tile in one value, as PostgreSQL writes a row in binary: the words in
-- braces come from the catalogue, the order of columns is that of `kernel/record.py`. One row
-- comes back however empty the tile is.
select string_agg(record_send(f), ''::bytea) as content
from (
    select r.feature_id::int8, (hashint8(r.feature_id) & 1023)::int4, ({invalid})::bool,
        st_asbinary({geometry}, 'NDR'){columns}
    from ({rows}) r
    {joins}
) f
