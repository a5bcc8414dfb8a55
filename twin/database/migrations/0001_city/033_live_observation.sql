CREATE TABLE live.observation (
    datastream_id BIGINT NOT NULL,
    phenomenon_time TIMESTAMP WITH TIME ZONE NOT NULL,
    result DOUBLE PRECISION NOT NULL,
    quality SMALLINT DEFAULT 0 NOT NULL,
    received_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    PRIMARY KEY (datastream_id, phenomenon_time)
)
 PARTITION BY RANGE (phenomenon_time);
COMMENT ON TABLE live.observation IS 'readings, partitioned by day of phenomenon time';
COMMENT ON COLUMN live.observation.result IS 'in the datastream''s unit';
COMMENT ON COLUMN live.observation.quality IS '0 good, 1 doubtful, 2 bad';
