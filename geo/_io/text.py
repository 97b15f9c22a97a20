"""Untrusted text in output: replacing or escaping what a format or terminal cannot take."""

from __future__ import annotations

import json
import re
from typing import Any

#: Replaces a character that cannot be written: U+FFFD, the replacement character.
SUBSTITUTE = "\ufffd"

# Many readers stop at a zero byte; lone surrogates cannot be encoded in UTF-8.
_NOT_WRITTEN = "[\0\ud800-\udfff]"
_NOT_XML = "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
# What XML cannot hold, or what some readers treat as a line break.
_NOT_EVERYWHERE = "[\x7f-\x9f\u2028\u2029\ufffe\uffff]"
# Control characters, line separators, and bidirectional overrides and isolates.
_NOT_SEEN = "[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"


def sound(text: str) -> str:
    r"""Text with what no file can hold replaced.

    Examples
    --------
    >>> sound("a\ud800b")
    'a\ufffdb'
    """
    return re.sub(_NOT_WRITTEN, SUBSTITUTE, text)


def sound_xml(text: str) -> str:
    r"""Text with what XML 1.0 cannot hold, even escaped, replaced.

    Examples
    --------
    >>> sound_xml("a\x1bb")
    'a\ufffdb'
    """
    return re.sub(_NOT_XML, SUBSTITUTE, text)


def json_line(value: Any) -> str:
    r"""JSON in one line that can be embedded anywhere, even in XML, without loss.

    Examples
    --------
    >>> json_line(["Суджа", "\u2028"])
    '["Суджа","\\u2028"]'
    """
    text = json.dumps(value, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
    return re.sub(_NOT_EVERYWHERE, lambda found: f"\\u{ord(found[0]):04x}", sound(text))


def shown(text: str) -> str:
    r"""Text for a terminal: control characters are escaped, line breaks are kept.

    Examples
    --------
    >>> print(shown("\x1b[31mred"))
    \x1b[31mred
    """
    return re.sub(_NOT_SEEN, lambda found: found[0].encode("unicode_escape").decode(), text)


def in_one_line(text: str) -> str:
    r"""The same with line breaks escaped, where a second line would look like one of ours.

    Examples
    --------
    >>> print(in_one_line("a\nb"))
    a\nb
    """
    return shown(text).replace("\n", r"\n")
