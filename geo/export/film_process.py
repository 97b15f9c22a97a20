"""Making one film for the app, in a separate process: `python -m geo.export.film_process`.

Arguments: what `animate` takes, as JSON, and the output file. After every frame it
writes a line with the number of frames done and the total; if the film cannot be made, a line
that says why.
"""

from __future__ import annotations

import json
import sys

from geo.claims.record import served
from geo.export.film import animate
from geo.selection.snapshot import Snapshot


def _main(asked: str, path: str) -> int:
    try:
        settings = json.loads(asked)
        snapshot = Snapshot(**settings.pop("snapshot"))
        animate(
            path=path, snapshot=snapshot, record=served(), **settings,
            progress=lambda done, every: print(done, every, flush=True),
        )  # fmt: skip
    except ValueError as error:
        print(error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(_main(*sys.argv[1:]))
