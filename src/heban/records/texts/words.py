"""Words of mixed Chinese and English text, cut by dictionary; a unit or a formula is one word."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from heban.records.texts.folding import fold
from heban.records.texts.lexicon import stop_words, terms
from heban.records.texts.runs import is_chinese, runs

if TYPE_CHECKING:
    from rjieba import Jieba


def words(text: str, *, stops: bool = True, stems: bool = True, parts: bool = False) -> list[str]:
    """Return the words of a text in their order, folded.

    Chinese runs are cut by jieba's dictionary with Heban's technical terms added to it. With `stems` a Latin
    word is cut down to its stem (Snowball English); one with a digit, a unit or a formula never is. Without
    `stops` the commonest words that say nothing are left out. With `parts` the words inside a long Chinese
    word stand before it, as a search wants them.

    >>> words("TiO₂光催化剂的制备与PM2.5 sensors", stops=False)
    ['tio2', '光催化剂', '制备', 'pm2.5', 'sensor']
    >>> words("管理系统", parts=True)
    ['管理', '系统', '管理系', '管理系统']
    """
    cut = _segmenter().cut_for_search if parts else _segmenter().cut
    found: list[str] = []
    for run in runs(fold(text)):
        if is_chinese(run):
            found += cut(run)
        else:
            found.append(run)
    if not stops:
        left_out = stop_words()
        found = [word for word in found if word not in left_out]
    return [word if word >= "㐀" else stem(word) for word in found] if stems else found


@lru_cache(maxsize=1 << 17)
def stem(word: str) -> str:
    """Return the stem of an English word in small letters; any other word stays as it is.

    >>> stem("sensors"), stem("pm2.5"), stem("传感器")
    ('sensor', 'pm2.5', '传感器')
    """
    return str(_stemmer().stemWord(word)) if word.isascii() and word.isalpha() else word


@cache
def _segmenter() -> Jieba:
    from rjieba import Jieba  # noqa: PLC0415  (its dictionary takes a tenth of a second)

    made = Jieba()
    for term in terms():
        for run in runs(fold(term)):
            if is_chinese(run):
                made.add_word(run, None, None)
    return made


@cache
def _stemmer() -> Any:
    from Stemmer import Stemmer  # type: ignore[import-not-found]  # noqa: PLC0415

    return Stemmer("english")
