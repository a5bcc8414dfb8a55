CREATE TABLE twin.search_code (
    feature_id BIGINT NOT NULL,
    code TEXT NOT NULL,
    kind TEXT NOT NULL,
    PRIMARY KEY (feature_id, code, kind)
);
CREATE INDEX search_code_prefix ON twin.search_code (code text_pattern_ops);
COMMENT ON TABLE twin.search_code IS 'everything that is found by its beginning';
COMMENT ON COLUMN twin.search_code.feature_id IS 'city.feature.id; derived, so no foreign key to check';
COMMENT ON COLUMN twin.search_code.code IS 'folded code, name, pinyin or initials, found by prefix';
COMMENT ON COLUMN twin.search_code.kind IS 'code, name, pinyin, initials';
