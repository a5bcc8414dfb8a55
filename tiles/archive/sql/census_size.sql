-- Bytes of a table without its indexes.
select pg_table_size('city.{name}') as bytes
