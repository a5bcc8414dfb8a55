-- A load may take its time.
select set_config('statement_timeout', '0', false)
