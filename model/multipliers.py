"""Multipliers: how far a pound travels, from input-output tables and from who paid whom.

Two families, one algebra. Input-output multipliers start from A, where A[i, j] is what one pound of industry j's
output needs from industry i; the Leontief inverse (I - A)^-1 adds up every round of that need. Local multipliers
start from payments, where an account passes on shares of its outgoings; LM3 stops after three rounds, the full
multiplier follows them all, and is the same inverse over the local accounts.

Sources: Leontief (1936); Miller and Blair, Input-Output Analysis (2nd ed. 2009), ch. 2 and 6; Sacks, The Money Trail
(New Economics Foundation, 2002) for LM3. These are accounting ratios: no displacement, no limit on capacity, no prices.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.floating[Any]]


# -- input-output --------------------------------------------------------------------------------------------------


def coefficients(flows: ArrayLike, output: ArrayLike) -> Floats:
    """A[i, j] = flows[i, j] / output[j]: what a pound of j's output takes from i.

    `flows` [n, n] and `output` [n] in one unit of money. An industry without output must have no inputs and gets a
    column of zeros. ValueError on wrong shapes, negative or non-finite figures, or inputs without output.
    """
    z = _square(flows, "flows")
    x = _vector(output, len(z), "output")
    idle = np.flatnonzero((x == 0) & (z.sum(axis=0) > 0))
    if idle.size:
        raise ValueError(f"output: {_some(idle)} has inputs but no output; expected output above 0 in that column")
    return z / np.where(x > 0, x, 1.0)


def output_multipliers(A: ArrayLike, names: Sequence[object] | None = None) -> Floats:
    """Type I output multipliers [n]: the column sums of the Leontief inverse (I - A)^-1 = I + A + A^2 + …; never below 1.

    `A` must be square, finite and non-negative, with a spectral radius below 1, else the rounds never die out.
    ValueError says which columns are at fault, by `names` if given, otherwise by position.
    """
    matrix = _leontief_matrix(A, names)
    return np.linalg.solve(matrix.T, np.ones(len(matrix)))  # the sums alone, without forming the inverse


def closed_multipliers(A: ArrayLike, pay: ArrayLike, spending: ArrayLike, names: Sequence[object] | None = None) -> Floats:
    """Type II output multipliers [n]: households closed in as one more industry, whose output is their income.

    `pay` [n] is what a pound of each industry's output pays in wages, `spending` [n] what a pound of households' income buys
    from each industry. Summed over the industries only, as published: what households earn is no output. Never below type I.
    Miller and Blair, section 2.5. ValueError as for `output_multipliers`, or if a share is negative or not finite.
    """
    a = _square(A, "A")
    n = len(a)
    closed = np.zeros((n + 1, n + 1))
    closed[:n, :n] = a
    closed[n, :n] = _vector(pay, n, "pay")
    closed[:n, n] = _vector(spending, n, "spending")
    matrix = _leontief_matrix(closed, [*(range(n) if names is None else names), "households"])
    counted = np.ones(n + 1)
    counted[n] = 0.0
    return np.linalg.solve(matrix.T, counted)[:n]


# -- who pays whom -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LocalMultiplier:
    """LM3 and its three rounds, in the unit of the payments (pence); `groups` holds the same per group of suppliers.

    Two figures in use look alike and are not, because of the first pound:

    - `lm3` = (R1 + R2 + R3) / R1 always counts the first pound, local supplier or not, so it is never below 1;
    - `local_value_per_pound` = (R1 to local suppliers + R2) / R1 counts it only where the supplier is local, and stops
      at the second round: 1 + r for a local supplier, r for one from outside. Northumberland's "£1.76 against 36p"
      is this one; the two differ by the first pound far more than by what is spent again.

    All ratios are NaN when nothing was spent.
    """

    round1: float
    round2: float
    round3: float
    round1_local: float
    groups: Mapping[object, LocalMultiplier] = field(default_factory=dict)

    @property
    def lm3(self) -> float:
        return self._per_pound(self.round1 + self.round2 + self.round3)

    @property
    def local_value_per_pound(self) -> float:
        return self._per_pound(self.round1_local + self.round2)

    def _per_pound(self, money: float) -> float:
        return money / self.round1 if self.round1 > 0 else math.nan


def lm3(
    paid: ArrayLike,
    turnover_out: ArrayLike | None,
    local: ArrayLike,
    buyer: int | Sequence[int],
    suppliers: Sequence[int] | None = None,
    groups: Sequence[object] | None = None,
) -> LocalMultiplier:
    """Local multiplier of a buyer's spending over three rounds, by the published method.

    Round 1 is what the buyers pay their suppliers, near or far; Round 2 what those spend with local accounts, firms
    and people; Round 3 what these local accounts spend locally in turn. A supplier's respending is the local share of
    all its outgoings, since nobody can say which pound paid for what.

    `paid` [n, n]: money from payer (row) to payee (column) in a window of time. `turnover_out` [n]: all outgoings of
    each account in it, payments outside the table included; None takes the row sums. Pass income instead to treat
    savings as a leak. `local` [n] bool: whose receipts count as local; leave out the buyers or the tax office to keep
    what returns to them from counting. `buyer`: index or indices. `suppliers`: indices to keep in Round 1, by default
    everybody but the buyers, staff included. `groups` [n]: a label per account, None for none; each label that any
    kept supplier bears gets a multiplier of its own, and the groups' rounds add up to the whole if all bear one.

    ValueError on wrong shapes or indices, negative figures, or payments above an account's outgoings.
    """
    table, out, is_local = _payments(paid, turnover_out, local)
    first, kept = _round_one(table, buyer, suppliers)
    again = _share(table @ is_local, out)  # local respending by account, per pound it spends
    third = _share(table @ (is_local * again), out)
    labels = [None] * len(table) if groups is None else groups
    if len(labels) != len(table):
        raise ValueError(f"groups: got {len(labels)} labels for {len(table)} accounts; expected one each")

    def over(accounts: NDArray[np.intp], parts: Mapping[object, LocalMultiplier]) -> LocalMultiplier:
        money = first[accounts]
        return LocalMultiplier(
            round1=float(money.sum()),
            round2=float(money @ again[accounts]),
            round3=float(money @ third[accounts]),
            round1_local=float(money @ is_local[accounts]),
            groups=parts,
        )

    members: dict[object, list[int]] = {}
    for account in kept.tolist():
        if labels[account] is not None:
            members.setdefault(labels[account], []).append(account)
    return over(kept, {label: over(np.array(accounts), {}) for label, accounts in members.items()})


def full_multiplier(
    paid: ArrayLike,
    turnover_out: ArrayLike | None,
    local: ArrayLike,
    buyer: int | Sequence[int],
    suppliers: Sequence[int] | None = None,
) -> float:
    """LM3 carried on for ever: (R1 + R2 + R3 + …) / R1, through the Leontief inverse over the local accounts.

    Arguments as `lm3`; for one group, name its members as `suppliers`. Never below LM3. NaN when nothing was spent.
    ValueError, naming the accounts, if money can go round among local accounts without ever leaking.
    """
    table, out, is_local = _payments(paid, turnover_out, local)
    first, kept = _round_one(table, buyer, suppliers)
    if not first[kept].sum() > 0:
        return math.nan
    inside = _reached(table, kept[first[kept] > 0], is_local > 0)
    among = table[np.ix_(inside, inside)] / np.where(out[inside] > 0, out[inside], 1.0)[:, None]
    try:  # of a pound that reaches each of them: that pound and all that follows from it
        value = output_multipliers(among.T, inside.tolist()) if inside.size else np.zeros(0)
    except ValueError as error:
        raise ValueError(f"paid: money goes round among local accounts and never leaks ({error})") from error
    again = _share(table[np.ix_(kept, inside)] @ value, out[kept])
    return float(1.0 + first[kept] @ again / first[kept].sum())


# -- checks --------------------------------------------------------------------------------------------------------


def _square(matrix: ArrayLike, what: str) -> Floats:
    a = np.asarray(matrix, dtype=np.float64)
    if a.ndim != 2 or a.shape[0] != a.shape[1] or not a.size:
        raise ValueError(f"{what}: got shape {a.shape}, expected a square matrix")
    wrong = np.argwhere(~np.isfinite(a) | (a < 0))
    if wrong.size:
        row, column = wrong[0]
        raise ValueError(f"{what}: got {a[row, column]:g} at row {row}, column {column}; expected a finite figure, 0 or more")
    return a


def _vector(values: ArrayLike, n: int, what: str) -> Floats:
    v = np.asarray(values, dtype=np.float64)
    if v.shape != (n,):
        raise ValueError(f"{what}: got shape {v.shape}, expected ({n},)")
    wrong = np.flatnonzero(~np.isfinite(v) | (v < 0))
    if wrong.size:
        raise ValueError(f"{what}: got {v[wrong[0]]:g} at position {wrong[0]}; expected a finite figure, 0 or more")
    return v


def _leontief_matrix(A: ArrayLike, names: Sequence[object] | None = None) -> Floats:
    """I - A, once A is known to have a spectral radius below 1."""
    a = _square(A, "A")
    if names is not None and len(names) != len(a):
        raise ValueError(f"names: got {len(names)} for {len(a)} columns; expected one each")
    sums = a.sum(axis=0)
    # The largest column or row sum bounds the spectral radius, and spares the eigenvalues in most cases.
    if min(sums.max(), a.sum(axis=1).max()) >= 1.0:
        radius = float(np.abs(np.linalg.eigvals(a)).max())
        if radius >= 1.0 - 1e-12:  # an exactly closed loop comes out a rounding error below 1
            worst = [j for j in np.argsort(-sums, kind="stable") if sums[j] >= 1.0 - 1e-12]
            offenders = ", ".join(f"{j if names is None else names[j]} ({sums[j]:.4g})" for j in worst[:5])
            more = f" and {len(worst) - 5} more" if len(worst) > 5 else ""
            raise ValueError(f"A: spectral radius {radius:.4g}, expected below 1; column sums of 1 or more: {offenders}{more}")
    return np.eye(len(a)) - a


def _payments(paid: ArrayLike, turnover_out: ArrayLike | None, local: ArrayLike) -> tuple[Floats, Floats, Floats]:
    table = _square(paid, "paid")
    sums = table.sum(axis=1)
    out = sums if turnover_out is None else _vector(turnover_out, len(table), "turnover_out")
    over = np.flatnonzero(sums > out * (1 + 1e-12))  # slack for floats only; whole pence compare exactly
    if over.size:
        raise ValueError(f"turnover_out: {_some(over)} paid {sums[over[0]]:g} but has outgoings of {out[over[0]]:g}")
    flags = np.asarray(local)
    if flags.shape != (len(table),) or flags.dtype != np.bool_:
        raise ValueError(f"local: got shape {flags.shape} of {flags.dtype}, expected ({len(table)},) of bool")
    return table, out, flags.astype(np.float64)


def _round_one(table: Floats, buyer: int | Sequence[int], suppliers: Sequence[int] | None) -> tuple[Floats, NDArray[np.intp]]:
    """What the buyers paid each account, and the accounts that count as suppliers."""
    buyers = _indices(buyer, len(table), "buyer")
    everybody = np.arange(len(table))
    kept = np.setdiff1d(everybody, buyers) if suppliers is None else _indices(suppliers, len(table), "suppliers")
    return table[buyers].sum(axis=0), kept


def _indices(values: int | Sequence[int], n: int, what: str) -> NDArray[np.intp]:
    found = np.unique(np.atleast_1d(values))
    if found.size and (not np.issubdtype(found.dtype, np.integer) or found[0] < 0 or found[-1] >= n):
        raise ValueError(f"{what}: got {found.tolist()}, expected whole numbers from 0 to {n - 1}")
    return found.astype(np.intp)


def _reached(table: Floats, start: NDArray[np.intp], local: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Local accounts that money from `start` comes to; a closed loop it never enters must not stop the sum."""
    reached = np.zeros(len(table), dtype=bool)
    front = start
    while front.size:
        paid_now = (table[front].sum(axis=0) > 0) & local & ~reached
        reached |= paid_now
        front = np.flatnonzero(paid_now)
    return np.flatnonzero(reached)


def _share(part: Floats, whole: Floats) -> Floats:
    """part / whole, and 0 for an account that spent nothing."""
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


def _some(positions: NDArray[np.intp]) -> str:
    shown = ", ".join(map(str, positions[:5].tolist()))
    return f"position {shown}" if len(positions) < 6 else f"position {shown} and {len(positions) - 5} more"
