-- Which history of transactions this is: an archive's horizon means nothing in another. A restored
-- dump is another database, a promoted standby another timeline.
select (select system_identifier from pg_control_system())::text
    || '/' || (select oid from pg_database where datname = current_database())::text
    || '/' || (select timeline_id from pg_control_checkpoint())::text as lineage,
    pg_is_in_recovery() as standby
