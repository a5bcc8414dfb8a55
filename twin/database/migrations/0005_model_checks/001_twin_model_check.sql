CREATE TABLE twin.model_check (
    model_id BIGINT NOT NULL,
    file_name TEXT NOT NULL,
    file_sha256 TEXT NOT NULL,
    checked_at TIMESTAMP WITH TIME ZONE NOT NULL,
    answer TEXT NOT NULL,
    rules JSONB NOT NULL,
    about JSONB NOT NULL,
    PRIMARY KEY (model_id),
    FOREIGN KEY(model_id) REFERENCES twin.model (id) ON DELETE CASCADE
);
