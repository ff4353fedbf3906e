"""The tables that compiled loops read and write: parameters, firms, work, accounts."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..model import residents
from ..model.delivery import IN_HOUSE, LARGE, SUMS
from ..model.delivery import SME as SME_KIND
from ..model.firms import FIRM, QUEUE
from ..model.market import Market
from ..model.relationships import Relations
from ..model.services import annuity_terms
from ..scenarios.schema import Place
from . import financing
from .provider import Provider


def set_parameters(model: Any) -> None:
    """The parameters as one record that compiled rules read, with ablated mechanisms set to nothing."""
    p, s = model.scenario.parameters, model.scenario.switches
    values = p.model_dump()
    off = {
        "knowledge_decay": s.lock_in, "trust_up": s.trust, "trust_down": s.trust, "hold_up": s.hold_up,
        "displacement": s.displacement, "shading_saving": s.shading, "shading_harm": s.shading,
        "care_construction": s.care, "care_running": s.care, "care_calamity": s.care and s.risks,
        "trust_contact": s.trust and s.closeness, "trust_lost": s.trust,
        "trust_late": s.trust and s.late_payment,
        "disclosure_insight": s.disclosure,
        "selection_saving": s.selection, "selection_harm": s.selection,
    }  # fmt: skip
    values.update({name: 0.0 for name, on in off.items() if not on})
    model.parameters = np.array([tuple(float(v) for v in values.values())], dtype=[(n, np.float64) for n in values])
    circulates = 1.0 if s.circulation else 0.0
    model.household_local, model.household_region = circulates * p.household_local, circulates * p.household_region
    model.overhead_of_buying = model._usual.client_side + p.tender_allowance  # the same under every policy
    model._delivery_stream = np.uint64(model.chance.stream("delivery"))
    model._life_stream = np.uint64(model.chance.stream("life"))


def set_arrays(model: Any, place: Place) -> None:
    """Tables that the compiled loops read and write."""
    n, accounts = len(model.providers), len(model.ledger.balance)
    model.firms = np.zeros(n, dtype=FIRM)
    model.firm_columns = {name: model.firms[name].data for name in FIRM.names or ()}  # to write one number; as those of contracts
    model.work = np.zeros((n, 6), dtype=np.int64)
    model.next_work = np.zeros((n, 6), dtype=np.int64)
    model.queues = np.zeros((n, QUEUE), dtype=np.int64)
    model.by_provider = np.zeros(n)
    model.sums = np.zeros(SUMS)
    model.wanting = np.zeros(0, dtype=np.int64)
    model.affordable = np.ones(len(model.commissioners))
    model.risk_paid = np.zeros(len(model.commissioners), dtype=np.int64)  # since the budget was set
    months = model.scenario.horizon.months
    model.asset_lives = np.array([s.asset_life_months for s in place.services])
    terms = [annuity_terms(model.scenario.parameters.public_rate, s.asset_life_months) for s in place.services]
    model.annuities = terms[0][0], np.array([divisor for _, divisor in terms])
    longest = int(model.asset_lives.max())
    model.debt_service = np.zeros((len(model.commissioners), months + longest + 2))
    model.quality = np.full(len(place.services), model.scenario.parameters.satisfaction_start)
    model.met, model.meant = np.zeros(len(place.services)), np.zeros(len(place.services))
    model.buyer_accounts = np.array([b.account for b in model.commissioners])
    model.government_accounts = np.full(len(model.commissioners), model.nation.government)
    model.economy_accounts = np.full(len(model.commissioners), model.nation.economy)
    model.focal_buyers = np.array([b.focal for b in model.commissioners])
    for name, kind in (("payroll", np.int64), ("wages", np.int64), ("employed", np.float64), ("rate", np.float64), ("layoff", np.float64)):
        setattr(model, name, np.zeros(accounts, dtype=kind))
    model.agency = np.full(accounts, -1, dtype=np.int64)
    model.agency[model.sector_accounts] = model.sector_accounts
    model.job_of = np.zeros(residents.SLOTS, dtype=np.uint16)
    p = model.scenario.parameters
    for provider in model.providers:
        set_firm(model, provider)
    # a large provider buys from a small firm of its sector in the region; keyed by name, nearest key first
    small = [a for a in model.providers if a.kind == SME_KIND and a.district >= 0]
    for provider in model.providers:
        if provider.kind == LARGE and (same := [a for a in small if a.sector == provider.sector]):
            model.firms["subcontractor"][provider.row] = min(same, key=lambda a: a.key ^ provider.key).row
            model.firms["terms"][provider.row] = int(p.payment_terms)
    model.relations = Relations(len(model.commissioners), n, p.trust_start)
    model.market = Market(model)


def set_firm(model: Any, provider: Provider) -> None:
    """A provider's row in the firms' table."""
    p, f = model.scenario.parameters, model.firms[provider.row]
    team = provider.kind == IN_HOUSE
    f["live"], f["kind"], f["home"], f["account"], f["sector"] = 1, provider.kind, provider.ring, provider.account, provider.sector
    f["key"], f["district"] = provider.key, provider.district
    f["owner"], f["debt"] = -1, financing.first_debt(model, provider)
    f["subcontractor"], f["pays_dividend"] = -1, provider.kind in (LARGE, SME_KIND)
    f["capacity"] = provider.capacity
    f["load"] = provider.load
    f["labour"] = p.firm_labour
    s = model.supply_shares(provider.kind, 0)
    if provider.ring == 0:
        f["labour_focal"], f["labour_region"] = s.labour_local, s.labour_region
        f["supplies_focal"], f["supplies_region"] = s.supplies_local, s.supplies_region
    elif provider.ring == 1:
        f["labour_region"], f["supplies_region"] = s.labour_local + s.labour_region, s.supplies_local + s.supplies_region
    if not team:
        month = provider.capacity / 12.0
        f["private"], f["overhead"] = p.other_sales * month, p.overhead * month
        f["credit"], f["buffer"] = p.credit * month, p.start_cash * month
    else:
        f["credit"] = 1e15
    model.agency[provider.account] = model.sector_accounts[provider.sector] if provider.ring == 0 else -1
