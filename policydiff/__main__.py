"""``python -m policydiff``."""

import sys

from policydiff.cli import main

if __name__ == "__main__":
    sys.exit(main())
