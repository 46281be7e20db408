"""The index: its answers are those of plain arithmetic, whatever was added, changed and removed before."""

from __future__ import annotations

import math
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heban.domain.errors import BadData, BadSpec, UnknownName
from heban.records import search
from heban.records.search import Filters, Hits, Index
from heban.records.texts.documents import Documents
from heban.records.texts.words import words

TERMS = ["光催化剂", "高温合金", "传感器", "氢燃料电池", "sensor", "PM2.5", "的"]


def offers(texts: dict[str, str], **columns: object) -> Documents:
    frame = pd.DataFrame({"id": list(texts), "kind": "patent", "title": list(texts.values()), **columns})
    return Documents(frame)


def built(folder: Path, texts: dict[str, str], **columns: object) -> Index:
    return search.build(offers(texts, **columns), folder / "index")


def scores(texts: dict[str, str], need: str, average: float) -> dict[str, float]:
    """BM25 as the textbook has it, offer by offer."""
    cut = {name: Counter(words(text, stops=False, parts=True)) for name, text in texts.items()}
    found: dict[str, float] = {}
    for word, times in Counter(words(need, stops=False, parts=True)).items():
        holders = [name for name in cut if word in cut[name]]
        rarity = math.log(1 + (len(cut) - len(holders) + 0.5) / (len(holders) + 0.5))
        for name in holders:
            count, length = cut[name][word], cut[name].total()
            weight = count * 2.2 / (count + 1.2 * (0.25 + 0.75 * length / average))
            found[name] = found.get(name, 0.0) + times * rarity * weight
    return found


def same(hits: Hits, wanted: dict[str, float], k: int) -> None:
    assert len(hits) == min(k, len(wanted))
    assert hits.scores.tolist() == pytest.approx([wanted[name] for name in hits.ids], rel=1e-5)
    assert sorted(wanted.values(), reverse=True)[:k] == pytest.approx(hits.scores.tolist(), rel=1e-5)
    for one, other, first, second in zip(hits.ids, hits.ids[1:], hits.scores, hits.scores[1:], strict=False):
        assert first > second or (first == second and one < other)


def average(texts: dict[str, str]) -> float:
    return max(np.mean([len(words(text, stops=False, parts=True)) for text in texts.values()]), 1.0)


TEXT = st.lists(st.sampled_from(TERMS), min_size=1, max_size=5).map("，".join)
TEXTS = st.dictionaries(st.text("abcdef", min_size=1, max_size=3), TEXT, min_size=1, max_size=12)


@given(TEXTS, TEXT, st.integers(1, 6))
@settings(max_examples=50)
def test_the_best_are_those_of_plain_arithmetic(texts: dict[str, str], need: str, k: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        same(built(Path(folder), texts).search(need, k), scores(texts, need, average(texts)), k)


@given(TEXTS, st.lists(st.tuples(st.sampled_from(["update", "remove"]), TEXTS), max_size=5), TEXT)
@settings(max_examples=40)
def test_what_was_changed_is_as_if_built_so(
    texts: dict[str, str], changes: list[tuple[str, dict[str, str]]], need: str
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        index, now = built(Path(folder), texts), dict(texts)
        for what, change in changes:
            if what == "update":
                index.update(offers(change))
                now.update(change)
            else:
                gone = [name for name in change if name in now]
                index.remove(gone)
                now = {name: text for name, text in now.items() if name not in gone}
        wanted = scores(now, need, average(texts))
        for each in (index, search.opened(Path(folder) / "index", verify=True)):
            assert len(each) == len(now)
            same(each.search(need, 5), wanted, 5)


def test_many_offers_are_cut_exactly_and_ties_stand_by_id(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    drawn = ["".join(rng.choice(TERMS, 3)) for _ in range(3000)]
    texts = {f"o{at:04d}": text for at, text in enumerate(drawn)}
    index = built(tmp_path, texts)
    wanted = scores(texts, "光催化剂与PM2.5传感器", average(texts))
    for k in (1, 7, 40, 59, 60, 61, 500, 5000):
        same(index.search("光催化剂与PM2.5传感器", k), wanted, k)
    assert index.search("sensor", 3).ids == sorted(index.search("sensor", 3).ids)


def test_several_threads_give_what_one_gives(tmp_path: Path) -> None:
    index = built(tmp_path, {f"o{at}": TERMS[at % 6] + TERMS[at % 5] for at in range(200)})
    needs = [TERMS[at % 6] for at in range(100)]
    alone = [index.search(need, 7) for need in needs]
    together = index.search_many(needs, 7, threads=3)
    assert [hits.ids for hits in together] == [hits.ids for hits in alone]
    assert index.search_many([], 7) == []


def test_a_long_need_is_asked_by_the_words_that_say_most(tmp_path: Path) -> None:
    index = built(tmp_path, {"a": "传感器", "b": "传感器 高温合金", "c": "传感器"})
    hits = index.search("传感器与高温合金", most=1)
    assert hits.ids == ["b"]
    assert len(hits.left_out) == 5
    assert "传感器" in hits.left_out
    assert index.search("传感器与高温合金").left_out == ()


@pytest.mark.parametrize(
    ("need", "note"),
    [
        (" \n", "the text is empty: say in words what is needed"),
        ("，。\x00\u202e", "the text has no word to search for: say in words what is needed"),
        ("拖拉机", "no offer has any word of the text: say it in other words, or add offers"),
    ],
)
def test_nothing_found_says_why(tmp_path: Path, need: str, note: str) -> None:
    hits = built(tmp_path, {"a": "传感器"}).search(need)
    assert (hits.ids, hits.scores.tolist(), hits.note) == ([], [], note)


def test_a_filter_that_nothing_passes_says_so(tmp_path: Path) -> None:
    hits = built(tmp_path, {"a": "传感器"}).search("传感器", filters=Filters(kinds=frozenset({"service"})))
    assert hits.note == "no offer that passes the filters has a word of the text: widen the filters"


def test_ten_megabytes_are_read_to_a_limit_and_told(tmp_path: Path) -> None:
    hits = built(tmp_path, {"a": "传感器"}).search("传感器" + "，" * 10_000_000)
    assert (hits.ids, hits.note) == (["a"], "only the first 1,000,000 characters of the text were read")


@given(st.text())
@settings(max_examples=200)
def test_any_need_gets_an_answer(any_index: Index, need: str) -> None:
    hits = any_index.search(need)
    assert bool(hits.ids) != bool(hits.note)


@pytest.fixture(scope="module")
def any_index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return built(tmp_path_factory.mktemp("any"), {"a": "传感器 a b c 0 1 2"})


def test_no_offers_at_all(tmp_path: Path) -> None:
    index = built(tmp_path, {})
    assert (len(index), index.search("钢").ids) == (0, [])
    index.add(offers({"a": "不锈钢"}))
    assert index.search("不锈钢").ids == ["a"]
    index.remove(["a"])
    assert (len(index), index.search("不锈钢").ids) == (0, [])


def test_counts_below_one_are_refused(tmp_path: Path) -> None:
    index = built(tmp_path, {"a": "钢"})
    for call, message in (
        (lambda: index.search("钢", 0), "k = 0: it should be 1 or more."),
        (lambda: index.search("钢", most=0), "most = 0: it should be 1 or more."),
        (lambda: index.search_many(["钢"], threads=0), "threads = 0: it should be 1 or more."),
    ):
        with pytest.raises(BadSpec) as refused:
            call()
        assert str(refused.value) == message


def test_adding_twice_and_removing_what_is_not_there(tmp_path: Path) -> None:
    index = built(tmp_path, {"a": "钢"})
    with pytest.raises(BadData) as twice:
        index.add(offers({"b": "铝", "a": "铁"}))
    assert str(twice.value) == (
        "1 fault in the data:\n  error: the documents, id = 'a': the id is in the index already. "
        "Repair: update it instead."
    )
    with pytest.raises(UnknownName) as absent:
        index.remove(["a", "x", "y"])
    assert str(absent.value) == "no offer 'x' and 1 more in the index. Remove only what was added."
    assert index.search("钢").ids == ["a"]


def test_there_are_few_segments_after_many_additions(tmp_path: Path) -> None:
    index = built(tmp_path, {"first": "钢"})
    for at in range(40):
        index.add(offers({f"o{at}": "不锈钢传感器"}))
    folders = [path for path in (tmp_path / "index").iterdir() if path.is_dir()]
    assert len(folders) <= math.log2(41) + 1
    assert len(index.search("传感器", 100)) == 40
