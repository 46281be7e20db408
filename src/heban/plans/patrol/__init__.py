"""Patrol 巡查匹配: one city's long boards and who needs them, its short boards and who can fill them."""

from heban.plans.patrol.city import Patrol, patrol
from heban.plans.patrol.group import GroupPatrol, patrol_group
from heban.plans.patrol.words import told, told_group

__all__ = ["GroupPatrol", "Patrol", "patrol", "patrol_group", "told", "told_group"]
