"""Placing addresses: the one door of this package."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from heban.domain.errors import BadSpec
from heban.records.addresses import lexicon
from heban.records.addresses.folding import characters, is_chinese
from heban.records.addresses.gazetteer import Gazetteer
from heban.records.addresses.judging import Verdict, judge
from heban.records.addresses.narrowing import Mark
from heban.records.addresses.reading import Marks, read

BATCH = 50_000


def place_addresses(texts: Sequence[str], gazetteer: Gazetteer) -> pd.DataFrame:
    """Place each distinct address on a city of the region; the rows of the kind `addresses`.

    Columns text, place, confidence, evidence; one row per distinct text, in the order in which
    they first came. `place` is the code of a place of the level city, or empty; `confidence`
    runs from 0 to 1 and is NaN where the place is empty. `evidence` then begins with one of
    three words: "outside: …" (the address lies elsewhere), "ambiguous: …" (the candidates are
    named), "nothing: …" (no place was read). What stands in the text decides; names that two
    places bear are told apart by the province, the postcode, a county or an institution that
    the address names, and otherwise not at all (§10).

    Raises `BadSpec` when the gazetteer knows no city.

    >>> from heban.domain.place import Place
    >>> from heban.domain.region import Region
    >>> js = Place("320000", "江苏省", "Jiangsu", "province")
    >>> su = Place("320500", "苏州市", "Suzhou", "city", "320000")
    >>> gazetteer = Gazetteer(Region("J", "江苏", "Jiangsu", "GB/T 2260", (js, su)))
    >>> texts = ["Soochow Univ, Suzhou 215123, Peoples R China", "Suzhou, Anhui", "Suzhou, China"]
    >>> for row in place_addresses(texts, gazetteer).itertuples():
    ...     print(row.place or "-", row.confidence, row.evidence)
    320500 1.0 city 苏州市; postcode of 苏州市
    - nan outside: 341300 宿州市; province 安徽省
    - nan ambiguous: 320500 苏州市; 341300 宿州市
    """
    if not gazetteer.cities_in_region:
        raise BadSpec(
            f"the region {gazetteer.region.code} has no place of the level city to place addresses on."
        )
    distinct = list(dict.fromkeys(texts))
    verdicts: list[Verdict] = []
    for start in range(0, len(distinct), BATCH):
        points, starts = characters(distinct[start : start + BATCH])
        for key in _keys(read(points, starts, gazetteer)):
            if key not in gazetteer.judged:
                gazetteer.judged[key] = _judged(key, gazetteer)
            verdicts.append(gazetteer.judged[key])
    return pd.DataFrame(
        {
            "text": pd.Series(distinct, dtype=object),
            "place": pd.Series([verdict.place for verdict in verdicts], dtype=object),
            "confidence": pd.Series([verdict.confidence for verdict in verdicts], dtype=float),
            "evidence": pd.Series([verdict.evidence for verdict in verdicts], dtype=object),
        }
    )


def _keys(marks: Marks) -> Iterator[tuple[bytes, int]]:
    """Yield for each text what was read in it: texts that read alike are judged once."""
    count = len(marks.postcode)
    bounds = np.searchsorted(marks.text, np.arange(count + 1)).tolist()
    codes = marks.code.astype(np.int32).tobytes()
    postcodes = marks.postcode.tolist()
    for number in range(count):
        yield codes[bounds[number] * 4 : bounds[number + 1] * 4], postcodes[number]


def _judged(key: tuple[bytes, int], gazetteer: Gazetteer) -> Verdict:
    codes, number = key
    marks, chain = [], 0
    for code in np.frombuffer(codes, dtype=np.int32).tolist():
        name, strength, fresh = code >> 4, (code >> 1) & 7, code & 1
        chain += fresh
        institution = bool(gazetteer.kinds[name] == lexicon.INSTITUTION)
        chinese = is_chinese(gazetteer.names[name])
        marks.append(Mark(gazetteer.readings[name], strength, chain, chinese, institution))
    _, places = gazetteer.postcodes
    return judge(marks, places[number] if number >= 0 else None, gazetteer)
