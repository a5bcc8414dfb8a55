"""Made-up names with their English form; no name of a real person or firm."""

from __future__ import annotations

from collections import Counter

from sample_data.gen.chance import u

_FIRST = {
    "锦": "Jin",
    "翠": "Cui",
    "宝": "Bao",
    "嘉": "Jia",
    "文": "Wen",
    "春": "Chun",
    "海": "Hai",
    "金": "Jin",
    "鹏": "Peng",
    "银": "Yin",
    "瑞": "Rui",
    "和": "He",
}
_SECOND = {
    "园": "yuan",
    "华": "hua",
    "兴": "xing",
    "安": "an",
    "丽": "li",
    "泰": "tai",
    "丰": "feng",
    "景": "jing",
    "荣": "rong",
    "阳": "yang",
    "湖": "hu",
    "苑": "yuan",
}

SUFFIX = {
    "WS": ("苑", "Court"),
    "HT": ("花园", "Garden"),
    "OF": ("大厦", "Tower"),
    "MA": ("商城", "Mall"),
    "HO": ("酒店", "Hotel"),
    "SC": ("学校", "School"),
    "HP": ("医院", "Hospital"),
    "GV": ("服务中心", "Service Centre"),
    "IN": ("工业仓储园", "Storage Park"),
}


class Names:
    """Gives every estate a name of its own: 锦华花园, then 锦华花园二期, 三期..."""

    def __init__(self) -> None:
        self._used: Counter[str] = Counter()

    def estate(self, key: str, typology: str) -> tuple[str, str] | None:
        """Name an estate in Chinese and English; None for kinds that carry no name."""
        if typology not in SUFFIX:
            return None
        zh, en = stem(key)
        suffix_zh, suffix_en = SUFFIX[typology]
        if typology in {"SC", "HP", "GV"}:
            zh, en = f"示例{zh}", f"Sample {en}"
        name = zh + suffix_zh
        self._used[name] += 1
        phase = self._used[name]
        if phase == 1:
            return name, f"{en} {suffix_en}"
        return f"{name}{numeral(phase)}期", f"{en} {suffix_en} Phase {phase}"


def stem(key: str) -> tuple[str, str]:
    """Two made-up syllables in Chinese and in pinyin."""
    first = list(_FIRST)[int(u(key, "stem1") * len(_FIRST))]
    second = list(_SECOND)[int(u(key, "stem2") * len(_SECOND))]
    return first + second, _FIRST[first] + _SECOND[second]


_DIGITS = "零一二三四五六七八九"


def numeral(n: int) -> str:
    """Whole number below 1000 in Chinese: 11 is 十一, 24 is 二十四, 105 is 一百零五."""
    if n < 10:
        return _DIGITS[n]
    if n < 20:
        return "十" + (_DIGITS[n % 10] if n % 10 else "")
    if n < 100:
        return _DIGITS[n // 10] + "十" + (_DIGITS[n % 10] if n % 10 else "")
    rest = n % 100
    tail = "" if rest == 0 else ("零" if rest < 10 else "一" if rest < 20 else "") + numeral(rest)
    return _DIGITS[n // 100] + "百" + tail
