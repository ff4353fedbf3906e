"""The tables that a place is built from: payments and awards, and what each column holds.

Money is in whole pence, dates are days. A row keeps the name of its file and its number there, so that each figure can be
traced back to the rows behind it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

STATUSES = ("used", "excluded", "rejected")

# The text columns of a payment, in their order. `reference` is the file's own number of a payment, `category_code` a code
# of ProClass or of the body's own accounts.
PAYMENT_TEXTS = (
    "department",
    "purpose",
    "category",
    "category_code",
    "reference",
    "company_number",
    "charity_number",
    "vat_number",
    "postcode",
)


def payments_schema() -> pa.Schema:
    """One row for each row of a payment file that holds anything.

    `pence` is the amount net of VAT where the file gives it so, null where it could not be read; `row` counts as a
    spreadsheet does, the heading's lines included; `reason` says why a row was excluded or rejected.
    """
    import pyarrow as pa

    names = pa.dictionary(pa.int32(), pa.string())
    return pa.schema(
        [
            ("file", names),
            ("row", pa.int64()),
            ("body", names),
            ("date", pa.date32()),
            ("supplier", names),
            ("supplier_id", pa.string()),
            ("pence", pa.int64()),
            ("vat_pence", pa.int64()),
            *((name, pa.string()) for name in PAYMENT_TEXTS),
            ("vcse", pa.bool_()),
            ("status", names),
            ("reason", names),
        ]
    )


def awards_schema() -> pa.Schema:
    """One row for each award and supplier.

    `pence` is the value of the whole award, the same on each of its rows; `suppliers` is how many share it, and it is
    never divided among them. `weights` are the award criteria in percent. What a notice does not say is null.
    """
    import pyarrow as pa

    text = pa.string()
    return pa.schema(
        [
            ("file", text),
            ("row", pa.int64()),  # which release, line or record of the file, from 1
            ("ocid", text),
            ("award", text),
            ("buyer", text),
            ("buyer_id", text),
            ("title", text),
            ("supplier", text),
            ("supplier_id", text),  # scheme and number, e.g. GB-COH-01234567
            ("suppliers", pa.int32()),
            ("sme", pa.bool_()),
            ("vcse", pa.bool_()),
            ("postcode", text),
            ("pence", pa.int64()),
            ("currency", text),
            ("date", pa.date32()),
            ("start", pa.date32()),
            ("end", pa.date32()),
            ("months", pa.float64()),
            ("procedure", text),
            ("framework", pa.bool_()),
            ("lots", pa.int32()),
            ("cpv", text),
            ("bidders", pa.int32()),
            ("price_weight", pa.float64()),
            ("quality_weight", pa.float64()),
            ("social_weight", pa.float64()),
        ]
    )
