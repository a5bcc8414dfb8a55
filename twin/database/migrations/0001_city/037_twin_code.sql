CREATE TABLE twin.code (
    list TEXT NOT NULL,
    code TEXT NOT NULL,
    zh TEXT NOT NULL,
    en TEXT NOT NULL,
    colour TEXT,
    icon TEXT,
    deprecated BOOLEAN DEFAULT false NOT NULL,
    rank INTEGER DEFAULT 0 NOT NULL,
    PRIMARY KEY (list, code)
);
COMMENT ON TABLE twin.code IS '代码表 / code lists';
