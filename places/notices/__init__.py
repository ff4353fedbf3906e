"""Award notices (Open Contracting Data Standard, Contracts Finder) as awards: every release and line used, set aside or rejected."""

from .account import NoticeAccount
from .errors import NoticesError
from .limits import Limits
from .reading import Notices, read_notices

__all__ = ["Limits", "NoticeAccount", "Notices", "NoticesError", "read_notices"]
