"""The program: `python -m geo`, or `kursk-claims` once it is installed."""

import gc
import signal
import sys


def main() -> None:
    """Run the command line and end."""
    # A command makes few cycles: looking for them after every 700 new objects, as is
    # usual, takes a tenth of its time.
    gc.set_threshold(100_000)
    # A request to end abandons unfinished work, as Ctrl-C does.
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))

    from geo.cli.app import app

    try:
        app()  # under the name it was called by
    except OSError as error:  # of what typer writes itself
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
    finally:
        gc.freeze()  # nor does Python need to look for any when it ends


if __name__ == "__main__":
    main()
