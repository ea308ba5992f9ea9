"""Why words cannot be made a command, without pydantic's way of saying it."""

from __future__ import annotations

from pydantic import ValidationError

from models.kernel.failures import Refused

_HALF = "string_unicode"


def refused(error: ValidationError) -> Refused:
    """The first thing that is wrong, in words for the person who typed it; never what they typed."""
    first = error.errors(include_url=False, include_input=False)[0]
    cause = first.get("ctx", {}).get("error")
    if isinstance(cause, ValueError):
        return Refused(str(cause))
    what = str(first["loc"][0]).replace("_", " ") if first["loc"] else "command"
    if first["type"] == _HALF:
        return Refused(f"The {what} contains an incomplete character, which cannot be stored.", "Type it again.")
    return Refused(f"The {what} is not valid: {first['msg'].lower()}.")
