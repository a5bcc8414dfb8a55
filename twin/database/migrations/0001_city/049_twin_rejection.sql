CREATE TABLE twin.rejection (
    load_id BIGINT NOT NULL,
    seq INTEGER NOT NULL,
    code TEXT NOT NULL,
    source_key TEXT NOT NULL,
    message TEXT NOT NULL,
    PRIMARY KEY (load_id, seq),
    FOREIGN KEY(load_id) REFERENCES twin.load (id) ON DELETE CASCADE
);
COMMENT ON TABLE twin.rejection IS '未装载对象 / objects of a source that were refused, and why';
