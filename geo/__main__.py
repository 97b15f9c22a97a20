"""Entry point of `python -m geo`."""

import gc
import signal
import sys

# A command makes few cycles: looking for them after every 700 new objects, as is
# usual, takes a tenth of its time.
gc.set_threshold(100_000)

from geo.cli import app  # noqa: E402

# Whoever asks to end lets go of what was begun, as Ctrl-C does.
signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
try:
    app(prog_name="python -m geo")
finally:
    gc.freeze()  # nor does Python need to look for any when it ends
