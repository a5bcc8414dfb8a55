"""Fill `twin.hanzi`: how each Chinese character is written simplified and spoken.

In the database and not in Python, so that a name edited by plain SQL is found by its
pinyin at once.
"""

from __future__ import annotations

import psycopg

_FIRST, _LAST = 0x4E00, 0x9FFF


def fill_hanzi(connection: psycopg.Connection) -> None:
    """Fill the table once; a filled one is left alone.

    Single characters carry their commonest reading. Words of two characters stand beside
    them where they are read otherwise (银行 yin hang, 重庆 chong qing).
    """
    row = connection.execute("select exists (select from twin.hanzi)").fetchone()
    if row and row[0]:
        return
    # a third of a second to import, needed once in the life of a database
    from opencc import OpenCC  # noqa: PLC0415
    from pypinyin import lazy_pinyin  # noqa: PLC0415
    from pypinyin.phrases_dict import phrases_dict  # noqa: PLC0415

    characters = [chr(code) for code in range(_FIRST, _LAST + 1)]
    simplified = OpenCC("t2s").convert("\n".join(characters)).split("\n")
    readings = {character: lazy_pinyin(character)[0] for character in characters}
    spoken = {c: r for c, r in readings.items() if r.isascii() and r.isalpha()}
    with connection.cursor().copy("copy twin.hanzi (chars, simplified, pinyin, pinyin_2) from stdin") as copy:
        for character, simple in zip(characters, simplified, strict=True):
            copy.write_row((character, simple, spoken.get(character, character), None))
        for word in sorted(w for w in phrases_dict if len(w) == 2 and all(c in spoken for c in w)):
            said = lazy_pinyin(word)
            if len(said) == 2 and said != [spoken[c] for c in word]:
                copy.write_row((word, word, said[0], said[1]))
