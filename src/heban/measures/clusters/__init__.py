"""Clusters: where inventors, authors or institutions lie dense, whatever borders they cross."""

from heban.measures.clusters.dbscan import Clusters, dbscan
from heban.measures.clusters.merging import merged
from heban.measures.clusters.ranking import ranked

__all__ = ["Clusters", "dbscan", "merged", "ranked"]
