"""Balances of what places give and receive, and the role that follows from them."""

from __future__ import annotations

import pandas as pd


def balances(given: pd.Series[float], received: pd.Series[float]) -> pd.DataFrame:
    """Return per place what it gave and received, the net and the balance between −1 and 1.

    net = given − received; balance = net / (given + received), NaN when nothing moved. A place
    that only one series knows has an unknown net (§1).

    >>> balances(pd.Series({"a": 3.0, "b": 1.0}), pd.Series({"a": 1.0, "b": 3.0}))["balance"].to_dict()
    {'a': 0.5, 'b': -0.5}
    """
    table = pd.DataFrame({"given": given, "received": received})
    net = table["given"] - table["received"]
    return table.assign(net=net, balance=net / (table["given"] + table["received"]))


def imbalance(table: pd.DataFrame) -> float:
    """Return how far a closed system is from closing: all given less all received, 0 when it closes.

    >>> imbalance(balances(pd.Series({"a": 3.0, "b": 1.0}), pd.Series({"a": 1.0, "b": 2.0})))
    1.0
    """
    return float(table["given"].sum() - table["received"].sum())
