"""Copied reports: the same file, texts with a few values changed, and what only shares a form."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heban.domain.errors import BadSpec
from heban.exchange.rules.alarms import Thresholds
from heban.exchange.rules.copying import Report, copied_reports, fingerprint

NOON = datetime(2026, 3, 1, 4, tzinfo=UTC)


def report(id: str, sha: str = "", print_: int | None = None, minutes: int = 0) -> Report:
    return Report(id, NOON + timedelta(minutes=minutes), "f", "p", sha or id, print_)


def prose(signs: int, seed: int) -> str:
    chance = random.Random(seed)
    return "".join(chr(0x4E00 + chance.randrange(2_500)) for _ in range(signs))


def apart(one: str, other: str) -> int:
    a, b = fingerprint(one), fingerprint(other)
    assert a is not None
    assert b is not None
    return (a ^ b).bit_count()


def test_texts_that_read_alike_share_their_bits() -> None:
    text = prose(4_000, 1)
    assert apart(text, text.replace(text[:10], "编号 2026-118")) <= 5
    assert apart(text, f"  {text[:2_000]}\n{text[2_000:]} ") == 0  # spaces do not count
    assert apart("ＡＢＣ" + text, "abc" + text) == 0  # nor does how signs are written
    assert apart(text, prose(4_000, 2)) > 15
    form = prose(2_000, 3)
    assert apart(form + prose(2_000, 4), form + prose(2_000, 5)) > 5  # half of it is the form


def test_a_short_text_has_no_fingerprint() -> None:
    assert fingerprint("") is None
    assert fingerprint("检验合格" * 500) is None  # four different runs only
    assert fingerprint(prose(103, 1)) is not None
    assert fingerprint(prose(102, 1)) is None


def test_the_same_file_and_the_nearest_text() -> None:
    reports = [
        report("a", "x", 0b0, 0),
        report("b", "y", 0b111, 1),
        report("c", "x", 0b1111, 2),  # the file of a, though the text is nearer to b
        report("d", "z", 0b1111, 3),  # the text of c
        report("e", "w", 0b11, 4),  # two bits from a, one from b
        report("f", "v", 0b111111 << 20, 5),  # six bits from a
    ]
    found = copied_reports(reports)
    assert [(one.key, [row.id for row in one.evidence]) for one in found] == [
        ("near_report:b", ["b", "a"]),
        ("same_report:c", ["c", "a"]),
        ("near_report:d", ["d", "c"]),
        ("near_report:e", ["e", "b"]),
    ]
    assert found[3].en == (
        "The report e reads nearly like the earlier b (1 of 64 bits of their fingerprints differ). "
        "Compare the two."
    )
    assert found[1].en == "The report c is the same file as the earlier a. Check whether it was used twice."


def test_reports_of_several_parties_name_them_all_once() -> None:
    other = replace(report("b", "x", minutes=1), firm="g")
    (found,) = copied_reports([other, report("a", "x")])
    assert found.parties == ("g", "p", "f")


def test_reports_without_text_are_compared_by_their_files_only() -> None:
    assert copied_reports([report("a"), report("b")]) == []
    assert copied_reports([]) == []


def test_a_distance_that_says_nothing_is_refused() -> None:
    said = "report_bits is 16; texts that differ in 16 bits or more are not alike."
    with pytest.raises(BadSpec, match=f"^{re.escape(said)}$"):
        copied_reports([], Thresholds(report_bits=16))


PRINTS = st.lists(st.integers(0, 7), min_size=0, max_size=7).map(
    lambda bits: sum(1 << bit * 9 for bit in set(bits))
)
REPORTS = st.lists(
    st.tuples(st.one_of(st.none(), PRINTS, st.integers(0, 2**64 - 1)), st.sampled_from(["", "", "x", "y"])),
    max_size=20,
).map(lambda rows: [report(f"{n:02d}", sha, print_, n) for n, (print_, sha) in enumerate(rows)])


@given(REPORTS, st.integers(0, 15), st.integers(0, 20))
def test_every_pair_that_a_comparison_of_all_finds(reports: list[Report], bits: int, count: int) -> None:
    limits = Thresholds(report_bits=bits)
    expected = []
    for place, one in enumerate(reports):
        same = [other.id for other in reports[:place] if other.sha256 == one.sha256]
        near = [
            ((one.fingerprint ^ other.fingerprint).bit_count(), other.id)
            for other in reports[:place]
            if one.fingerprint is not None and other.fingerprint is not None
        ]
        if same:
            expected.append((f"same_report:{one.id}", same[0]))
        elif near and min(near)[0] <= bits:
            expected.append((f"near_report:{one.id}", min(near)[1]))
    found = copied_reports(reports, limits)
    assert [(alarm.key, alarm.evidence[1].id) for alarm in found] == expected
    assert copied_reports(reports[:count], limits) == [a for a in found if a.evidence[0].id < f"{count:02d}"]
