CREATE TABLE twin.hanzi (
    chars TEXT NOT NULL,
    simplified TEXT NOT NULL,
    pinyin TEXT NOT NULL,
    pinyin_2 TEXT,
    PRIMARY KEY (chars)
);
COMMENT ON TABLE twin.hanzi IS '汉字 / simplified form and reading, filled at migration';
COMMENT ON COLUMN twin.hanzi.chars IS 'one character, or two that are read otherwise together';
COMMENT ON COLUMN twin.hanzi.pinyin IS 'of the first character, without tone';
COMMENT ON COLUMN twin.hanzi.pinyin_2 IS 'of the second character of a word of two';
