"""What each explorer gathers from a package for its page."""

from heban.web.atlas.explorers.checks import audit, plan
from heban.web.atlas.explorers.city import place
from heban.web.atlas.explorers.fields import space
from heban.web.atlas.explorers.headline import headline, ways
from heban.web.atlas.explorers.ranking import index, pillar
from heban.web.atlas.explorers.ties import network

__all__ = ["audit", "headline", "index", "network", "pillar", "place", "plan", "space", "ways"]
