CREATE TABLE twin.about (
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (key)
);
COMMENT ON TABLE twin.about IS 'storage_srid, vertical_srid and other facts stamped at initialisation';
