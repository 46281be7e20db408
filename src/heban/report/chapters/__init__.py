"""The chapters of the report, in their order; each adds its facts and names its charts."""

from heban.report.chapters import (
    audit,
    boards,
    capacity,
    fields,
    investment,
    network,
    published,
    space,
    talent,
    transfer,
    transfer_cities,
)
from heban.report.chapters.maker import Maker
from heban.report.charts import Chart

__all__ = ["CHAPTERS", "CHARTS", "Maker"]

CHAPTERS: dict[str, Maker] = {
    module.CHAPTER.id: module.CHAPTER
    for module in (
        published,
        capacity,
        talent,
        network,
        fields,
        space,
        transfer,
        transfer_cities,
        investment,
        boards,
        audit,
    )
}

CHARTS: dict[str, Chart] = {id: chart for maker in CHAPTERS.values() for id, chart in maker.charts.items()}
