CREATE TABLE twin.search_document (
    feature_id BIGSERIAL NOT NULL,
    collection TEXT NOT NULL,
    label_zh TEXT,
    label_en TEXT,
    detail TEXT,
    codes TEXT[] DEFAULT '{}' NOT NULL,
    names TEXT[] DEFAULT '{}' NOT NULL,
    bigrams TEXT[] DEFAULT '{}' NOT NULL,
    pinyin TEXT[] DEFAULT '{}' NOT NULL,
    initials TEXT[] DEFAULT '{}' NOT NULL,
    building_id BIGINT,
    floor_no INTEGER,
    point geometry(POINT,:srid),
    weight REAL DEFAULT 1 NOT NULL,
    PRIMARY KEY (feature_id)
);
CREATE INDEX search_document_bigrams ON twin.search_document USING gin (bigrams);
COMMENT ON TABLE twin.search_document IS 'what a search looks at';
COMMENT ON COLUMN twin.search_document.feature_id IS 'city.feature.id; derived, so no foreign key to check';
COMMENT ON COLUMN twin.search_document.detail IS 'second line of a hit: address, building';
COMMENT ON COLUMN twin.search_document.codes IS 'folded codes';
COMMENT ON COLUMN twin.search_document.names IS 'folded full names';
COMMENT ON COLUMN twin.search_document.bigrams IS 'of the simplified form';
COMMENT ON COLUMN twin.search_document.pinyin IS 'of whole names';
COMMENT ON COLUMN twin.search_document.initials IS 'of the pinyin';
