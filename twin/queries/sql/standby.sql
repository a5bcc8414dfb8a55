-- Seconds a standby is behind what it received; null: this is no standby.
select case
    when not pg_is_in_recovery() then null
    when pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() then 0.0
    else greatest(0.0, extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp()))
end::float8 as behind_s
