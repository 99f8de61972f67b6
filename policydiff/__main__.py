"""``python -m policydiff``, and the script ``policydiff``."""

import gc
import sys

#: Python looks for garbage in cycles whenever so many objects more are alive than were. A
#: comparison makes hundreds of thousands that live to its end: with Python's own 700, a tenth of
#: the time would go into looking through them. Only for this process: a program that imports
#: policydiff keeps what it has set.
_NEW_OBJECTS = 200_000


def main() -> int:
    """Run the command; returns the exit status. An interrupt while it is imported is one, too."""
    gc.set_threshold(_NEW_OBJECTS)
    try:
        from policydiff.cli.main import main as run

        status = run()
        gc.freeze()  # Python would look for garbage once more before it ends
        return status
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
