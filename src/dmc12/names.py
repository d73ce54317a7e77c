"""The rule for names of features, rankers, tags and slices: they become columns and fields."""

import re
from reprlib import Repr

NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
RULE = "a name starts with a-z, goes on in a-z, 0-9 and _, and has at most 63 characters"

_SHORT = Repr()
_SHORT.maxstring = _SHORT.maxother = 100
_SHORT.maxlist = _SHORT.maxdict = 20


def check_name(name: object) -> str:
    """Return the name; raise ValueError with the rule if it breaks it."""
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise ValueError(RULE)
    return name


def shortened(value: object) -> str:
    """Give a value's repr in ASCII, so that look-alikes show, and cut it if it is long."""
    text = _SHORT.repr(value).encode("ascii", "backslashreplace").decode()
    return text if len(text) <= 200 else f"{text[:98]}...{text[-98:]}"  # an escape is 10 letters
