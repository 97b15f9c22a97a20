"""How the labels and days of a published map are understood: a mapping, kept as TOML."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

#: The importers, see `geo.maps.importers`.
IMPORTERS = ("deepstate", "uacontrolmap", "isw", "general")
#: What a label can stand for; the last means that nothing is said of this ground.
STATUSES = ("ukrainian_control", "contested", "russian_control", "withdrawn")
#: Larger mappings are refused, bytes.
_MOST = 100_000


@dataclass(frozen=True)
class Mapping:
    """How one source's map files are understood.

    Attributes
    ----------
    source
        A `source_id` of `sources.csv`.
    importer
        The name of an importer.
    statuses
        The status that each label stands for. The label `""` is that of shapes without one.
    blank
        What it means that ground is no longer painted: `russian_control`, where a
        map of Ukrainian-held ground leaves it out; or `withdrawn`, nothing.
    date
        For the general importer: the property that holds the day of a shape, or
        the day of all files; empty for the day in each file's name.
    status
        For the general importer: the property that holds the label; empty for
        the first of `status`, `label` and `name` that there is.

    Examples
    --------
    >>> Mapping.shipped("isw").statuses
    {'kursk_russian_advances': 'russian_control'}
    """

    source: str
    importer: str = "general"
    statuses: dict[str, str] = field(default_factory=dict)
    blank: str = "withdrawn"
    date: str = ""
    status: str = ""

    def __post_init__(self) -> None:
        given: list[tuple[str, str, Sequence[str]]] = [
            ("importer", self.importer, IMPORTERS),
            ("blank", self.blank, ("russian_control", "withdrawn")),
        ]
        given += [(f"statuses[{label!r:.60}]", s, STATUSES) for label, s in self.statuses.items()]
        wrong = [
            f"`{name}` was {value!r:.60} but is expected to be one of {', '.join(allowed)}"
            for name, value, allowed in given
            if value not in allowed
        ]
        if wrong:
            raise ValueError("\n".join(wrong))

    @classmethod
    def shipped(cls, name: str) -> Mapping:
        """The mapping that comes with an importer."""
        return cls.load(Path(__file__).parent / "importers" / f"{name}.toml")

    @classmethod
    def load(cls, path: Path | str) -> Mapping:
        """Read a mapping from a TOML file.

        Raises
        ------
        ValueError
            If it is none; the message says why.
        """
        path = Path(path)
        with path.open("rb") as file:
            raw = file.read(_MOST + 1)
        try:
            if len(raw) > _MOST:
                msg = f"is larger than {_MOST:,} bytes"
                raise ValueError(msg)  # noqa: TRY301 - told like the others
            found: dict[str, Any] = tomllib.loads(raw.decode())
            names = list(cls.__dataclass_fields__)
            if unknown := sorted(set(found) - set(names)):
                msg = f"{unknown[0]!r:.60} is not known; allowed: {', '.join(names)}"
                raise ValueError(msg)  # noqa: TRY301
            texts = {name: value for name, value in found.items() if name != "statuses"}
            statuses = found.get("statuses", {})
            values = [*texts.values(), *(statuses.values() if isinstance(statuses, dict) else [0])]
            if "source" not in found or not all(isinstance(value, str) for value in values):
                msg = "needs a `source`, and texts as values"
                raise ValueError(msg)  # noqa: TRY301
            return cls(**found)
        except ValueError as error:
            msg = f"{path.name}: cannot be used as a mapping ({error})"
            raise ValueError(msg) from error

    @classmethod
    def of(
        cls, name: str, source: str | None, date: str | None, statuses: Sequence[str]
    ) -> Mapping:
        """A mapping from the options of the command line.

        Parameters
        ----------
        name
            An importer, or a mapping file.
        source, date
            As of a mapping.
        statuses
            Each a status for all shapes, pairs LABEL=STATUS, or the name of a property.

        Examples
        --------
        >>> Mapping.of("general", "isw", None, ["Held=russian_control,Lost=contested"]).statuses
        {'Held': 'russian_control', 'Lost': 'contested'}
        """
        if name.endswith(".toml"):
            mapping = cls.load(name)
        elif name == "general":
            if source is None:
                msg = "`source` is missing; give --source ID, one of sources.csv"
                raise ValueError(msg)
            mapping = cls(source)
        elif name in IMPORTERS:
            mapping = cls.shipped(name)
        else:
            allowed = ", ".join(IMPORTERS)
            msg = f"`source` was {name!r} but is expected to be one of {allowed}, or a TOML file"
            raise ValueError(msg)
        more: dict[str, Any] = {"source": source, "date": date}
        pairs = dict(mapping.statuses)
        for given in statuses:
            if "=" in given:
                pairs |= {
                    label.strip(): status.strip()
                    for label, _, status in (pair.rpartition("=") for pair in given.split(","))
                }
            elif given in STATUSES:
                pairs[""] = given
            else:
                more["status"] = given
        return replace(mapping, statuses=pairs, **{k: v for k, v in more.items() if v is not None})

    def toml(self) -> str:
        """The mapping as TOML text.

        Examples
        --------
        >>> print(Mapping("isw", statuses={"Held": "russian_control"}).toml())
        source = "isw"
        importer = "general"
        blank = "withdrawn"
        date = ""
        status = ""
        <BLANKLINE>
        [statuses]
        "Held" = "russian_control"
        <BLANKLINE>
        """
        plain = {name: value for name, value in asdict(self).items() if name != "statuses"}
        lines = [f"{name} = {_quoted(value)}" for name, value in plain.items()]
        table = [f"{_quoted(label)} = {_quoted(status)}" for label, status in self.statuses.items()]
        return "\n".join([*lines, "", "[statuses]", *table, ""])


def _quoted(text: str) -> str:
    # A JSON string is a basic string of TOML, but for one character.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
