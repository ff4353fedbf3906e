"""Trust between each commissioner and each provider (mechanism 7), kept from one contract to the next."""

from __future__ import annotations

from typing import Any

import numpy as np


class Relations:
    """Trust 0-1 by pair. While a contract runs its row holds the pair's trust; it is written back here when it ends."""

    def __init__(self, buyers: int, providers: int, start: float) -> None:
        self.table = np.full((buyers, providers), start)
        self._start = start

    def trust(self, buyer: Any, provider: Any) -> float:
        return float(self.table[buyer.number, provider.row])

    def remember(self, buyer: Any, provider: Any, trust: float) -> None:
        self.table[buyer.number, provider.row] = trust

    def forget(self, provider: Any) -> None:
        """A new firm has no past."""
        self.table[:, provider.row] = self._start

    def graph(self, buyers: list[Any], providers: list[Any]) -> Any:
        """Trust as a networkx graph of names, for looking at and drawing."""
        import networkx as nx

        graph = nx.DiGraph()
        graph.add_weighted_edges_from((b.name, a.name, self.trust(b, a)) for b in buyers for a in providers)
        return graph
