CREATE TABLE twin.property_set (
    model_id BIGINT NOT NULL,
    feature_id BIGINT NOT NULL,
    sets JSONB NOT NULL,
    PRIMARY KEY (model_id, feature_id),
    FOREIGN KEY(model_id) REFERENCES twin.model (id) ON DELETE CASCADE,
    FOREIGN KEY(feature_id) REFERENCES city.feature (id)
);
CREATE INDEX property_set_feature ON twin.property_set (feature_id);
COMMENT ON TABLE twin.property_set IS 'IFC property and quantity sets of an object';
COMMENT ON COLUMN twin.property_set.sets IS 'psets, quantities, materials, classification, SI units';
