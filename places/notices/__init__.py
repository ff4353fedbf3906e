"""Award notices (Open Contracting Data Standard, Contracts Finder) as awards: every release and line used, set aside or rejected."""

from .account import NoticeAccount
from .errors import NoticesError
from .figures import NoticeFigures, Quantiles, Share, notice_figures
from .limits import Limits
from .reading import Notices, read_notices

__all__ = [
    "Limits",
    "NoticeAccount",
    "NoticeFigures",
    "Notices",
    "NoticesError",
    "Quantiles",
    "Share",
    "notice_figures",
    "read_notices",
]
