-- Which server and which database this is: transactions of another one mean nothing here.
select (pg_control_system()).system_identifier::text as system, (pg_control_checkpoint()).timeline_id as timeline,
    (select oid from pg_database where datname = current_database())::text as database
