CREATE TABLE city.building_summary (
    building_id BIGINT NOT NULL,
    units INTEGER,
    vacant_units INTEGER,
    occupancy_known INTEGER,
    floors INTEGER,
    spaces INTEGER,
    sensors INTEGER,
    PRIMARY KEY (building_id),
    FOREIGN KEY(building_id) REFERENCES city.feature (id)
);
COMMENT ON TABLE city.building_summary IS '建筑汇总 / counts derived from the rows of a building, kept by triggers';
COMMENT ON COLUMN city.building_summary.units IS 'number of housing units on record';
COMMENT ON COLUMN city.building_summary.vacant_units IS 'of those stated vacant';
COMMENT ON COLUMN city.building_summary.occupancy_known IS 'of those with a stated occupancy';
