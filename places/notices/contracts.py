"""What the contracts that were signed on an award say of it, where the award itself says nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

from .values import day, pence

Object = dict[str, Any]


def value_of(contracts: list[Object]) -> tuple[int | None, str | None]:
    """What they come to, in pence, and in which currency; nothing where one of them does not tell, or in another currency."""
    values = [contract.get("value", {}) for contract in contracts]
    amounts, currencies = [pence(value.get("amount")) for value in values], {value.get("currency") for value in values}
    told = [amount for amount in amounts if amount is not None]
    return (sum(told), currencies.pop()) if told and len(told) == len(amounts) and len(currencies) == 1 else (None, None)


def signed(contracts: list[Object]) -> date | None:
    """When the first was signed."""
    return min((told for contract in contracts if (told := day(contract.get("dateSigned")))), default=None)


def title_of(contracts: list[Object]) -> str | None:
    """What all are called that are called anything."""
    titles = {title for contract in contracts if (title := contract.get("title"))}
    return titles.pop() if len(titles) == 1 else None


def period_of(contracts: list[Object]) -> Object | None:
    """From the first day of any to the last of any, of those that tell both; if none does, the first that tells anything."""
    periods = [period for contract in contracts if (period := contract.get("period"))]
    whole = [period for period in periods if day(period.get("startDate")) and day(period.get("endDate"))]
    if len(whole) < 2:
        return next(iter(whole or periods), None)
    first, last = min(period["startDate"] for period in whole), max(period["endDate"] for period in whole)
    return {"startDate": first, "endDate": last}
