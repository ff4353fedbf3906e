"""Amounts of money as whole pence, exactly.

`pence_of` reads one text, `all_pence` a column of them: plain numbers at once, by decimal arithmetic, any other text by
`pence_of`.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa

# What a column of amounts takes, for messages.
ACCEPTED = "an amount such as 1234.56, £1,234.56, (1,234.56), 1,234.56- or 1,234.56 CR"
NOTHING = frozenset(("", "-", "–", "—", "nil", "n/a", "na", "none", "null", "nan", "£-", "£ -"))
_PLAIN = r"^-?\d{1,13}(\.\d{1,2})?$"
_GROUPED = r"^-?£?-?\d{1,3}(,\d{3}){1,4}(\.\d{1,2})?$|^-?£-?\d{1,15}(\.\d{1,2})?$|^£-?\d{1,15}(\.\d{1,2})?$"
_AMOUNT = re.compile(
    r"""(?P<open>\()? \s* (?P<minus>[-−–+])? \s* (£|GBP)? \s* (?P<inner>[-−–+])? \s*
        (?P<digits>\d{1,15} | \d{1,3}(,\d{3}){1,4} | (?=\.\d)) (\.(?P<part>\d{0,12}))? (?P<power>[eE][-+]?\d{1,2})?
        \s* (GBP)? \s* (?P<end>\)|[-−–]|CR|DR)? \s* (?P<close>\))?""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
_SPACE = str.maketrans({"\u00a0": " ", "\u2009": " ", "\u202f": " ", "\ufffd": "£", "'": ""})
DIGITS = 15  # of pence: more than all governments spend in a year


def pence_of(text: str, times: int = 1) -> int | None:
    """Pence, a part of a penny rounded to the nearest; None when the text is not one amount. `times`: how many pounds its unit is.

    Parentheses, a minus before or after, and CR (a credit) make it negative.
    """
    found = _AMOUNT.fullmatch(text.translate(_SPACE).strip())
    if not found:
        return None
    end = found["end"] or ""
    bracketed = bool(found["open"])
    if bracketed != (end == ")" or bool(found["close"])):
        return None
    signs = [found["minus"], found["inner"], end if end in ("-", "−", "–") else None]
    negative = sum(sign not in (None, "+") for sign in signs) + bracketed + (end.upper() == "CR")
    if negative > 1:
        return None
    number = Decimal(f"{(found['digits'] or '0').replace(',', '')}.{found['part'] or '0'}{found['power'] or ''}") * 100 * times
    pence = int(number.to_integral_value(ROUND_HALF_UP))
    if pence >= 10**DIGITS:
        return None
    return -pence if negative else pence


def rounded(column: pa.Array) -> np.ndarray:
    """The rows whose amounts have parts of a penny: "12.345", not "12.3400", and not "1.234,56", which is no amount."""
    from pyarrow import compute as pc

    found = np.flatnonzero(pc.match_substring_regex(column, r"\.\d\d\d*[1-9]").to_numpy(zero_copy_only=False))
    return found[all_pence(column.take(found)).is_valid().to_numpy(zero_copy_only=False)] if len(found) else found


def all_pence(column: pa.Array, times: int = 1) -> pa.Array:
    """A column of texts as int64 pence, null where a text is no amount (`NOTHING` or wrong). `times`: how many pounds its unit is."""
    import pyarrow as pa
    from pyarrow import compute as pc

    if times != 1:
        return pa.array([pence_of(text, times) for text in column.to_pylist()], pa.int64())
    try:  # a column of plain numbers, as most are
        return pa.array(_hundredths(pc.cast(column, pa.decimal128(DIGITS, 2))))
    except pa.ArrowInvalid:
        texts = pc.utf8_trim_whitespace(column)
    plain = pc.match_substring_regex(texts, _PLAIN)
    if not pc.all(plain, min_count=0).as_py():
        grouped = pc.match_substring_regex(texts, _GROUPED)
        if pc.any(grouped, min_count=0).as_py():
            texts = pc.if_else(grouped, pc.replace_substring_regex(texts, "[£,]", ""), texts)
            plain = pc.or_(plain, pc.match_substring_regex(texts, _PLAIN))
    words = _hundredths(pc.cast(pc.if_else(plain, texts, "0"), pa.decimal128(DIGITS, 2)))
    if pc.all(plain, min_count=0).as_py():
        return pa.array(words)
    pence = words.copy()
    known = plain.to_numpy(zero_copy_only=False).copy()
    for at in np.flatnonzero(~known):
        value = pence_of(texts[at].as_py())
        if value is not None:
            pence[at], known[at] = value, True
    return pa.array(pence, mask=~known)


def exact_sum(pence: np.ndarray) -> int:
    """The sum of int64 pence, however many: upper and lower halves apart, so that neither can overflow."""
    return (int((pence >> 32).sum()) << 32) + int((pence & 0xFFFFFFFF).sum())


def _hundredths(decimals: pa.Array) -> np.ndarray:
    """Decimals of two places as whole hundredths: pyarrow holds them so, 128 bits each, of which the lower 64 are enough here."""
    words = np.frombuffer(decimals.buffers()[1], np.int64).reshape(-1, 2)
    return words[decimals.offset : decimals.offset + len(decimals), 0]
