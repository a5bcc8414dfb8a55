CREATE TABLE twin.touch (
    collection TEXT NOT NULL,
    cell_e INTEGER,
    cell_n INTEGER,
    xid xid8 DEFAULT pg_current_xact_id() NOT NULL
);
CREATE INDEX touch_xid ON twin.touch (xid);
COMMENT ON TABLE twin.touch IS 'append-only log of what changed where; tiles are valid against it';
COMMENT ON COLUMN twin.touch.cell_e IS 'floor(easting / 1000 m); null: no place of its own';
COMMENT ON COLUMN twin.touch.cell_n IS 'floor(northing / 1000 m)';
