"""``python -m policydiff``, and the script ``policydiff``."""

import sys


def main() -> int:
    """Run the command; returns the exit status. An interrupt while it is imported is one, too."""
    try:
        from policydiff.cli.main import main as run

        return run()
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
