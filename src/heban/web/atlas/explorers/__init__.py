"""What each explorer gathers from a package for its page."""

from heban.web.atlas.explorers.checks import audit, plan
from heban.web.atlas.explorers.city import place
from heban.web.atlas.explorers.editions import beside, shelf
from heban.web.atlas.explorers.fields import space
from heban.web.atlas.explorers.headline import headline, ways
from heban.web.atlas.explorers.pillars import indicator, pillar
from heban.web.atlas.explorers.ranking import index
from heban.web.atlas.explorers.ties import network

__all__ = [
    "audit",
    "beside",
    "headline",
    "index",
    "indicator",
    "network",
    "pillar",
    "place",
    "plan",
    "shelf",
    "space",
    "ways",
]
