"""The page, the Word document and the workbook: what a reader finds in them."""

from __future__ import annotations

import json
import re
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import docx as word
import pytest
from openpyxl import load_workbook

from heban.report import document, docx, html, pictures, xlsx
from heban.report.blocks import Document
from heban.report.facts import FactsDict
from heban.report.texts import ChapterText
from tests.report.invented import CHARTS, chapter_texts, collected


def report(facts: FactsDict, lang: Any) -> Document:
    texts = [text for text in chapter_texts(lang) if text.file != "charts.md"]
    return document.build(texts, facts, lang, CHARTS)


@pytest.fixture(scope="module")
def page() -> str:
    facts = collected().dict()
    return html.render(report(facts, "zh"), facts, "zh", CHARTS)


class Text(HTMLParser):
    """The text that a reader sees, without scripts, styles and drawings."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.hidden = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.hidden += tag in ("script", "style", "svg")

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in ("script", "style", "svg")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.parts.append(data)


def test_the_page_asks_no_network_for_anything(page: str) -> None:
    shell = re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    assert not re.search(
        r"<(?:script|img|iframe|source)[^>]+src=", shell + "".join(re.findall(r"<script[^>]*>", page))
    )
    assert re.findall(r"<link[^>]+href=\"([^\"]+)", shell) == ["data:,"]
    assert "@import" not in shell
    assert not re.search(r"url\(\s*['\"]?http", shell)


def test_the_page_holds_cover_contents_chapters_and_cards(page: str) -> None:
    seen = "".join(Text(page).parts)
    for text in (
        "示例区域创新报告", "2023 年版", "0123456789abcdef" * 4, "总指数稳步提高", "以协同赢得未来", "某某",
        "数据卡", "CC-BY-4.0", "未溯源的数字", "texts/zh/note.md", "数字索引", "本报告含合成数据",
    ):  # fmt: skip
        assert text in seen


def test_an_empty_part_of_the_imprint_is_left_out(page: str) -> None:
    assert "随机种子" not in "".join(Text(page).parts)


def test_every_figure_of_the_text_says_how_it_was_made(page: str) -> None:
    assert 'title="取自公布的指数\nindex.total.2013" data-fact="index.total.2013">123.46分</span>' in page


def test_every_number_of_the_page_is_in_the_facts(page: str, facts: FactsDict) -> None:
    """What the reader sees is in facts.json or is listed as not traced."""
    fact_spans = re.findall(r'data-fact="([^"]+)">', page)
    assert fact_spans
    assert set(fact_spans) <= set(facts["facts"])
    chapter = page.partition('id="chapter-index"')[2].partition("</section>")[0]
    prose = "".join(
        Text(re.sub(r"<figure.*?</figure>|<span class=\"fact\".*?</span>", " ", chapter, flags=re.S)).parts
    )
    numbers = set(re.findall(r"\d+(?:\.\d+)?", prose))
    assert numbers == {"01", "12.5", "2011", "2022", "60", "99"}


def test_the_data_of_a_figure_can_be_downloaded(page: str) -> None:
    found = re.search(r'<script type="application/json" id="downloads">(.*?)</script>', page, re.DOTALL)
    assert found
    assert json.loads(found[1])["total"].splitlines()[0] == "年份,总指数（分）,下界,上界"
    assert page.count('data-csv="total"') == 1


def test_text_cannot_break_out_of_the_page(facts: FactsDict) -> None:
    evil = ChapterText("index", "index.md", "# 题\n\n</script><script>alert(1)</script>\n", own=True)
    made = html.render(document.build([evil], facts, "zh", {}), facts, "zh", {})
    assert "alert(1)</script>" not in made
    assert "&lt;/script&gt;&lt;script&gt;alert(1)" in made


def test_a_still_picture_of_each_chart_stands_in_the_page(page: str) -> None:
    assert len(re.findall(r'<div class="drawing" data-chart="[^"]+"[^>]*><svg', page)) == 1
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_the_english_page_is_english(facts: FactsDict) -> None:
    made = html.render(report(facts, "en"), facts, "en", CHARTS)
    seen = "".join(Text(made).parts)
    assert '<html lang="en">' in made
    for text in ("Contents", "Data cards", "Numbers not traced", "Source: 示例院, 示例指数 (2023)"):
        assert text in seen
    assert "数据卡" not in seen


def test_word_has_headings_tables_pictures_and_contents(tmp_path: Path, facts: FactsDict) -> None:
    path = tmp_path / "report.docx"
    said = docx.render(report(facts, "zh"), facts, "zh", path, CHARTS)
    assert said == ([] if pictures.has_chinese_font() else [docx.NO_FONT])
    book = word.Document(str(path))
    headings = [p.text for p in book.paragraphs if p.style is not None and p.style.name == "Heading 1"]
    assert headings == ["总指数稳步提高", "以协同赢得未来", "数据卡", "未溯源的数字"]
    assert len(book.inline_shapes) == 1
    assert [cell.text for cell in book.tables[1].rows[1].cells] == ["甲", "2011", "1.0"]
    captions = [p.text for p in book.paragraphs if p.style is not None and p.style.name == "Caption"]
    assert captions == ["图 1  2013 年升至 123.46", "表 1  各城市指数"]
    xml = zipfile.ZipFile(path).read("word/document.xml").decode()
    assert 'TOC \\o "1-2"' in xml
    styles = zipfile.ZipFile(path).read("word/styles.xml").decode()
    assert 'w:eastAsia="SimSun"' in styles
    assert 'w:eastAsia="SimHei"' in styles


def test_every_numbered_list_of_word_begins_at_one(tmp_path: Path, facts: FactsDict) -> None:
    body = "# 题\n\n1. 一\n2. 二\n\n间隔\n\n1. 又一\n"
    twice = document.build([ChapterText("index", "index.md", body, own=True)], facts, "zh", {})
    docx.render(twice, facts, "zh", tmp_path / "r.docx", {})
    items = [p for p in word.Document(str(tmp_path / "r.docx")).paragraphs if p.text in ("一", "二", "又一")]
    one, two, other = (item._p.pPr.numPr.numId.val for item in items)
    assert one == two != other


def test_word_without_a_chinese_font_says_so(
    tmp_path: Path, facts: FactsDict, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(docx, "has_chinese_font", lambda: False)
    assert docx.render(report(facts, "en"), facts, "en", tmp_path / "r.docx", CHARTS) == [
        "no Chinese font was found, so Chinese text in the figures of report.docx is blank. "
        "Install Noto Sans CJK (make system-deps) and run again."
    ]


def test_the_workbook_has_a_sheet_for_every_table(tmp_path: Path, facts: FactsDict) -> None:
    path = tmp_path / "report.xlsx"
    xlsx.write(facts, "zh", path)
    book = load_workbook(path)
    assert book.sheetnames == ["数字索引", *facts["tables"], "数据卡"]
    total = book["total"]
    assert [cell.value for cell in total[1]] == ["年份", "总指数（分）", "下界", "上界"]
    assert total["B4"].value == 123.455
    assert total["B4"].number_format == "#,##0.00"
    assert book["by_city"]["E9"].value is None
    figures = {row[0]: row[1] for row in book["数字索引"].iter_rows(min_row=2, values_only=True)}
    assert figures["index.growth"] == 0.0917
    assert figures["talent.nation"] is None
    assert figures["core"] == "丙、甲和乙"
    nature = [row[8] for row in book["数据卡"].iter_rows(min_row=2, values_only=True)]
    assert nature == ["实测或发布", "合成数据"]


def test_long_table_names_get_sheets_of_their_own(tmp_path: Path) -> None:
    facts = collected()
    table = facts.dict()["tables"]["balance"]
    whole = facts.dict()
    whole["tables"] = {"a" * 40: table, "a" * 39: table}
    xlsx.write(whole, "en", tmp_path / "r.xlsx")
    names = load_workbook(tmp_path / "r.xlsx").sheetnames[1:3]
    assert names == ["a" * 31, "a" * 28 + "~2"]
