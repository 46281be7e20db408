"""What Word documents need and python-docx has no words for: fields, links, rules, CJK fonts."""

from __future__ import annotations

from typing import Any

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph
from docx.text.run import Run

# The fonts that every Word of a Chinese office has; others replace them by name.
SERIF, SANS = ("Times New Roman", "SimSun"), ("Arial", "SimHei")
LANGUAGE = {"zh": "zh-CN", "en": "en-GB"}
RULES = {"top": 12, "bottom": 12}  # eighths of a point
LINK_COLOUR = "0B5A8F"


def element(tag: str, **attributes: object) -> Any:
    """Return an element of WordprocessingML with attributes of the same namespace."""
    made = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), str(value))
    return made


def set_fonts(style: Any, fonts: tuple[str, str], lang: str) -> None:
    """Give a style a Latin and an East Asian font, and the language of its spelling."""
    latin, cjk = fonts
    style.font.name = latin
    properties = style.element.get_or_add_rPr()
    properties.get_or_add_rFonts().set(qn("w:eastAsia"), cjk)
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        properties.get_or_add_rFonts().attrib.pop(qn(f"w:{theme}"), None)
    properties.append(element("lang", val=LANGUAGE["en"], eastAsia=LANGUAGE[lang]))


def field(paragraph: Paragraph, instruction: str, shown: str = "", *, dirty: bool = False) -> None:
    """Add a field, as a page number; `dirty` asks Word to compute it when the document opens."""
    begin = element("fldChar", fldCharType="begin", **({"dirty": "true"} if dirty else {}))
    paragraph.add_run()._r.append(begin)
    text = element("instrText")
    text.set(qn("xml:space"), "preserve")
    text.text = f" {instruction} "
    paragraph.add_run()._r.append(text)
    paragraph.add_run()._r.append(element("fldChar", fldCharType="separate"))
    paragraph.add_run(shown)
    paragraph.add_run()._r.append(element("fldChar", fldCharType="end"))


def link(paragraph: Paragraph, run: Run, address: str) -> None:
    """Turn a run of a paragraph into a link to an address outside."""
    relation = paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    hyperlink = OxmlElement("w:hyperlink")
    hyperlink.set(qn("r:id"), relation)
    properties = run._r.get_or_add_rPr()
    properties.append(element("color", val=LINK_COLOUR))
    properties.append(element("u", val="single"))
    run._r.addprevious(hyperlink)
    hyperlink.append(run._r)


def new_numbering(book: Document) -> int:
    """Return the id of a numbering that starts at 1 again; without it, all lists count on."""
    style = book.styles["List Number"].element
    numbering = book.part.numbering_part.numbering_definitions._numbering
    model = numbering.num_having_numId(style.pPr.numPr.numId.val)
    number = numbering.add_num(model.abstractNumId.val)
    number.add_lvlOverride(ilvl=0).add_startOverride(1)
    return int(number.numId)


def set_numbering(paragraph: Paragraph, number: int) -> None:
    """Make a paragraph an item of a numbering."""
    properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_ilvl().val = 0
    properties.get_or_add_numId().val = number


def three_rules(table: Table) -> None:
    """Draw a table as Chinese journals do: a rule above, one below, one under the header."""
    borders = element("tblBorders")
    for side, size in RULES.items():
        borders.append(element(side, val="single", sz=size, space=0, color="000000"))
    table._tbl.tblPr.append(borders)
    for cell in table.rows[0].cells:
        under = element("tcBorders")
        under.append(element("bottom", val="single", sz=6, space=0, color="000000"))
        cell._tc.get_or_add_tcPr().append(under)
    table.rows[0]._tr.get_or_add_trPr().append(element("tblHeader", val="true"))


def whole_rows(table: Table) -> None:
    """Keep every row on one page."""
    for row in table.rows:
        row._tr.get_or_add_trPr().append(element("cantSplit", val="true"))
