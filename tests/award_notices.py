"""Award notices made up for tests, and what is read of them."""

from __future__ import annotations

import copy
import json

import pytest

from changemaking.places.notices import Limits, read_notices

RELEASE = {
    "ocid": "ocds-test-1",
    "id": "r1",
    "date": "2025-01-01T00:00:00Z",
    "tag": ["award"],
    "buyer": {"id": "b", "name": "Anytown Council"},
    "parties": [
        {"id": "b", "name": "Anytown Council", "identifier": {"scheme": "GB-LAE", "id": "ANY"}, "roles": ["buyer"]},
        {
            "id": "s1",
            "name": "Alpha Ltd",
            "identifier": {"scheme": "GB-COH", "id": "1234567"},
            "address": {"postalCode": "pr12he"},
            "details": {"scale": "sme", "vcse": False},
            "roles": ["supplier"],
        },
        {
            "id": "s2",
            "name": "Beta CIC",
            "address": {"streetAddress": "1 High St, Anytown, LA1 1AA"},
            "details": {"scale": "large", "vcse": True},
        },
    ],
    "tender": {
        "title": "Care at home",
        "procurementMethod": "open",
        "classification": {"scheme": "CPV", "id": "85000000-9"},
        "contractPeriod": {"startDate": "2025-04-01", "endDate": "2028-03-31"},
    },
    "awards": [
        {"id": "a1", "date": "2024-12-24", "value": {"amount": 1000.5, "currency": "GBP"}, "suppliers": [{"id": "s1", "name": "Alpha Ltd"}]}
    ],
}
PLAIN = "id,title,organisation,status,awarded_date,awarded_value,awarded_supplier,awarded_to_sme,cpv_codes\n"


def changed(**changes):
    """RELEASE with some keys replaced; a dotted key goes inside."""
    release = copy.deepcopy(RELEASE)
    for path, value in changes.items():
        *inside, last = path.split("__")
        holder = release
        for key in inside:
            holder = holder[int(key)] if key.isdigit() else holder[key]
        holder[last] = value
    return release


SECOND = changed(ocid="ocds-test-2")


def criteria(*told):
    return {"criteria": [{"type": kind, "name": name, "description": weight} for kind, name, weight in told]}


@pytest.fixture
def read(tmp_path):
    """Reads one file with the given content: text, bytes, or anything JSON holds."""

    def reading(content, name="notices.json", **limits):
        path = tmp_path / name
        if not isinstance(content, str | bytes):
            content = json.dumps(content)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_notices([path], Limits(**limits))

    return reading


def rows(notices):
    return notices.awards.to_pylist()


def account(notices):
    (found,) = notices.accounts
    assert found.balances(), found
    return found
