"""Making one film for the app, in a separate process: `python -m geo.export.film_process`.

Arguments: the settings of a `Snapshot` as JSON, first and last day, days between
frames, output file. After every frame it writes a line with the number of frames
done and the total; if there can be no such film, a line that says why.
"""

from __future__ import annotations

import sys

from geo.claims.record import served
from geo.export.film import animate
from geo.selection.snapshot import Snapshot


def _main(settings: str, first: str, last: str, step: str, path: str) -> int:
    try:
        animate(
            first, last, path, step=int(step), record=served(),
            snapshot=Snapshot.model_validate_json(settings),
            progress=lambda done, every: print(done, every, flush=True),
        )  # fmt: skip
    except ValueError as error:
        print(error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(_main(*sys.argv[1:]))
