"""Published payment files as payments: every row used, excluded for a stated reason, or rejected.

`read_spending` reads files of any shape that councils publish; each `FileAccount` says what was found and where every row
and penny went. The steps, in their order: `archives` (what a file is), `encodings`, `sheets`, `rows` (text to cells),
`headings` and `kinds` (what the columns and the file are), `payments` with `amounts`, `dates`, `totals` and `exclusions`.
"""

from .accounts import FileAccount, Reject, Tally
from .errors import SpendingError
from .exclusions import REASONS, public_body
from .limits import Limits
from .pseudonyms import Pseudonyms
from .spending import Spending, read_spending

__all__ = [
    "REASONS", "FileAccount", "Limits", "Pseudonyms", "Reject", "Spending", "SpendingError", "Tally", "public_body", "read_spending"
]  # fmt: skip
