-- Fresh ids, taken from the identity of the table so that nobody else gets them.
select nextval(pg_get_serial_sequence('city.feature', 'id')) from generate_series(1, {count})
