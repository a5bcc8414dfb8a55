CREATE TABLE twin.placement (
    feature_id BIGINT NOT NULL,
    part INTEGER DEFAULT 0 NOT NULL,
    model_id BIGINT NOT NULL,
    mesh_id BIGINT NOT NULL,
    matrix DOUBLE PRECISION[] NOT NULL,
    PRIMARY KEY (feature_id, part),
    FOREIGN KEY(feature_id) REFERENCES city.feature (id),
    FOREIGN KEY(model_id) REFERENCES twin.model (id) ON DELETE CASCADE,
    FOREIGN KEY(mesh_id) REFERENCES twin.mesh (id)
);
CREATE INDEX placement_model ON twin.placement (model_id);
COMMENT ON TABLE twin.placement IS 'which element shows which mesh where';
COMMENT ON COLUMN twin.placement.matrix IS '4x4 row-major: mesh -> model metres';
