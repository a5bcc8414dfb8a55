CREATE TABLE live.datastream_latest (
    datastream_id BIGINT NOT NULL,
    phenomenon_time TIMESTAMP WITH TIME ZONE NOT NULL,
    result DOUBLE PRECISION NOT NULL,
    quality SMALLINT DEFAULT 0 NOT NULL,
    state TEXT NOT NULL,
    state_since TIMESTAMP WITH TIME ZONE NOT NULL,
    xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    PRIMARY KEY (datastream_id),
    FOREIGN KEY(datastream_id) REFERENCES live.datastream (id)
)
 WITH (fillfactor = 70);
CREATE INDEX datastream_latest_xid ON live.datastream_latest (xid);
COMMENT ON TABLE live.datastream_latest IS 'newest reading of each datastream by phenomenon time';
COMMENT ON COLUMN live.datastream_latest.state IS 'normal, attention, alarm';
