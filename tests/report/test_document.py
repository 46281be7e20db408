"""The document: figures taken from the facts, numbers typed by hand found, faults with file and line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from heban.domain.errors import BadSpec, UnknownName
from heban.report import document
from heban.report.blocks import Document, Figure, Grid, Heading, Items, Paragraph, Quote, Signature, text_of
from heban.report.facts import FactsDict
from heban.report.formatting import OPTIONS
from heban.report.texts import ChapterText, editors_text, editors_texts
from heban.report.tracing import PLACEHOLDER, NotTraced, typed_numbers
from tests.report.invented import CHARTS, ESSAY, NOTE, chapter_texts


def built(body: str, facts: FactsDict, lang: Any = "zh") -> Document:
    return document.build([ChapterText("index", "index.md", body, own=True)], facts, lang, CHARTS)


def said(body: str, facts: FactsDict, kind: type[Exception]) -> str:
    with pytest.raises(kind) as told:
        built(body, facts)
    return str(told.value)


def test_figures_come_from_the_facts(facts: FactsDict) -> None:
    first = (
        built("# 题\n\n升至{{fact:index.total.2013|unit}}，**首位{{fact:top}}**。\n", facts)
        .chapters[0]
        .blocks[0]
    )
    assert isinstance(first, Paragraph)
    assert text_of(first.runs) == "升至123.46分，首位丙。"
    assert [run.fact for run in first.runs if run.fact] == ["index.total.2013", "top"]
    assert first.runs[-2].strong


def test_all_blocks_are_read(facts: FactsDict) -> None:
    report = document.build(chapter_texts("zh"), facts, "zh", CHARTS)
    kinds = [type(block) for block in report.chapters[0].blocks]
    assert kinds == [
        Paragraph,
        Figure,
        Heading,
        Paragraph,
        Items,
        Quote,
        Grid,
        Figure,
        Heading,
        Paragraph,
        Signature,
    ]


def test_a_fact_in_a_table_cell_may_have_options(facts: FactsDict) -> None:
    (grid,) = (
        built("# 题\n\n|项|值|\n|-|-|\n|指数|{{fact:index.total.2013|unit}}|\n", facts).chapters[0].blocks
    )
    assert isinstance(grid, Grid)
    assert [text_of(cell) for cell in grid.rows[0]] == ["指数", "123.46分"]


def test_an_unknown_fact_stops_with_near_names_file_and_line(facts: FactsDict) -> None:
    message = said("# 题\n\n升至\n{{fact:index.totl.2013}}\n", facts, UnknownName)
    assert message == (
        "no fact 'index.totl.2013' in the report's facts (index.md, line 4). "
        "Near names: index.total.2013, index.growth."
    )


def test_unknown_charts_tables_and_chapters_stop_too(facts: FactsDict) -> None:
    assert said("# 题\n\n![x](chart:totl)\n", facts, UnknownName) == (
        "no chart 'totl' in the report (index.md, line 3). Near names: total."
    )
    assert said("# 题\n\n![x](table:by_cty)\n", facts, UnknownName) == (
        "no table 'by_cty' in the report (index.md, line 3). Near names: by_city."
    )
    stray = editors_text("texts/zh/a.md", NOTE.replace('"index"', '"indx"'))
    with pytest.raises(UnknownName) as told:
        document.build([*chapter_texts("zh"), stray], facts, "zh", CHARTS)
    assert str(told.value) == ("no chapter 'indx' in the report (texts/zh/a.md, line 1). Near names: index.")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("正文", "index.md does not begin with its title. Begin it with a line '# title'."),
        (
            "# 题\n\n{{fat:top}}",
            "index.md, line 3: '{{' opens no {{fact:id}}. Write it so, or leave the braces out.",
        ),
        (
            "# 题\n\n见 ![x](chart:total)",
            "index.md, line 3: a figure stands inside a sentence. Give it a paragraph.",
        ),
        (
            "# 题\n\n- ![x](chart:total)",
            "index.md, line 3: a figure stands inside a list or a quotation. Put it below.",
        ),
        (
            "# 题\n\n![x](photo.png)",
            "index.md, line 3: a figure is written ![title](chart:id) or ![title](table:id).",
        ),
        (
            "# 题\n\n{{fact:top|big}}",
            "index.md, line 3: no format 'big' for a fact; there are unit, signed, abs, percent and a digit.",
        ),
    ],
)
def test_a_text_that_cannot_be_read_says_where_and_how_to_repair(
    body: str, message: str, facts: FactsDict
) -> None:
    assert said(body, facts, BadSpec) == message


def test_numbers_typed_by_hand_are_listed_with_their_line(facts: FactsDict) -> None:
    body = "# 共 41 城\n\n增长\n**8.98%**，\n见 `2260`。\n\n1. 一\n2. 二\n\n"
    body += "![有 {{fact:index.growth|percent}} 与 3](table:total)\n"
    assert built(body, facts).not_traced == (
        NotTraced("index.md", 1, "41"),
        NotTraced("index.md", 4, "8.98%"),
        NotTraced("index.md", 10, "3"),
    )


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("2011—2022年", []),
        ("2023年9月、2023年9月30日、2023-09-30", []),
        ("G60与PM2.5，GB/T 2260", ["2260"]),
        ("1899年、2100年", ["1899", "2100"]),
        ("12011件、1.2011", ["12011", "1.2011"]),
        ("约99倍，35,504件", ["99", "35,504"]),
        ("§3.2", []),
    ],
)
def test_labels_are_no_figures(text: str, numbers: list[str]) -> None:
    assert typed_numbers(text) == numbers


def test_full_width_digits_are_figures_too() -> None:
    assert typed_numbers("\uff14\uff11城") == ["41"]


def test_lines_of_the_editors_files_are_counted_with_their_front_matter(facts: FactsDict) -> None:
    report = document.build(chapter_texts("zh"), facts, "zh", CHARTS)
    assert NotTraced("texts/zh/note.md", 6, "99") in report.not_traced
    assert NOTE.splitlines()[5] == "增幅约 99 倍。"


def test_essays_are_signed_and_stand_last(facts: FactsDict) -> None:
    report = document.build(chapter_texts("zh"), facts, "zh", CHARTS)
    assert [chapter.part for chapter in report.chapters] == ["data", "data", "essays"]
    essay = report.chapters[-1]
    assert text_of(essay.title) == "以协同赢得未来"
    assert essay.blocks[0] == Signature("某某", "示例院研究员")
    assert [block.level for block in essay.blocks if isinstance(block, Heading)] == [3]


def test_figures_are_numbered_and_sourced(facts: FactsDict) -> None:
    report = document.build(chapter_texts("zh"), facts, "zh", CHARTS)
    figures = report.figures()
    assert [figure.number for figure in figures if figure.kind == "chart"] == list(range(1, len(CHARTS) + 2))
    first = figures[0]
    assert text_of(first.title) == "2013 年升至 123.46"
    assert first.source == "来源：示例院《示例指数》（2023）"
    assert [text_of(note) for note in first.notes] == ["约 123 分", "以 2011 年为 100。"]
    assert not first.synthetic
    tiles = next(figure for figure in figures if figure.id == "tiles")
    assert tiles.synthetic
    assert tiles.source.endswith("【合成数据】")


def test_headings_have_addresses_of_their_own(facts: FactsDict) -> None:
    report = document.build(chapter_texts("zh"), facts, "zh", CHARTS)
    anchors = [b.anchor for chapter in report.chapters for b in chapter.blocks if isinstance(b, Heading)]
    assert len(anchors) == len(set(anchors)) == 3


def test_line_breaks_leave_no_gap_in_chinese(facts: FactsDict) -> None:
    (zh,) = built("# 题\n\n一\n二", facts).chapters[0].blocks
    (en,) = built("# T\n\none\ntwo", facts, "en").chapters[0].blocks
    assert isinstance(zh, Paragraph)
    assert isinstance(en, Paragraph)
    assert (text_of(zh.runs), text_of(en.runs)) == ("一二", "one two")


def test_the_editors_texts_of_a_folder_are_read_in_order(tmp_path: Path) -> None:
    folder = tmp_path / "texts" / "zh"
    folder.mkdir(parents=True)
    (folder / "b.md").write_text(ESSAY, "utf-8-sig")
    (folder / "a.md").write_text(NOTE.replace("\n", "\r\n"), "utf-8", newline="")
    texts = editors_texts(folder)
    assert [text.file for text in texts] == ["texts/zh/a.md", "texts/zh/b.md"]
    assert texts[0].body == "增幅约 99 倍。\n"
    assert editors_texts(tmp_path / "none") == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "正文",
            'a.md does not begin with its front matter. Begin it with three lines: +++, chapter = "…" with '
            'title = "…", +++.',
        ),
        (
            '+++\ntitle = "题"\n+++\n',
            'a.md: the front matter names no chapter. Begin it with three lines: +++, chapter = "…" with '
            'title = "…", +++.',
        ),
        (
            '+++\nchapter = "a"\ntitle = "题"\nautor = "某"\n+++\n',
            "a.md: the front matter has no key 'autor'; there are chapter, title, author, post.",
        ),
        ("+++\nchapter = 3\n+++\n", "a.md: chapter in the front matter is not a text. Put it in quotes."),
    ],
)
def test_a_faulty_front_matter_says_how_to_repair(text: str, message: str) -> None:
    with pytest.raises(BadSpec) as told:
        editors_text("a.md", text)
    assert str(told.value) == message


def test_the_manual_names_every_format_and_its_example_is_a_text() -> None:
    manual = (Path(__file__).parents[2] / "docs" / "report.md").read_text("utf-8")
    assert [option for option in OPTIONS if f"{{{{fact:id|{option}}}}}" not in manual] == []
    example = manual.partition("```markdown\n")[2].partition("```")[0]
    text = editors_text("example.md", example)
    assert (text.chapter, text.author, text.post) == ("transfer", "某某", "某研究院研究员")
    assert typed_numbers(PLACEHOLDER.sub("", text.body)) == []
