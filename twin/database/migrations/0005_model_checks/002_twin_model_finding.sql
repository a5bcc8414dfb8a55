CREATE TABLE twin.model_finding (
    model_id BIGINT NOT NULL,
    seq INTEGER NOT NULL,
    rule TEXT NOT NULL,
    answer TEXT NOT NULL,
    severity TEXT NOT NULL,
    global_id TEXT,
    feature_id BIGINT,
    ifc_class TEXT,
    name TEXT,
    storey TEXT,
    floor_no INTEGER,
    message JSONB NOT NULL,
    expected TEXT,
    found TEXT,
    remedy JSONB NOT NULL,
    point_m JSONB,
    point geometry(POINTZ,:srid),
    PRIMARY KEY (model_id, seq),
    FOREIGN KEY(model_id) REFERENCES twin.model_check (model_id) ON DELETE CASCADE,
    FOREIGN KEY(feature_id) REFERENCES city.feature (id)
);
CREATE INDEX model_finding_feature ON twin.model_finding (feature_id);
