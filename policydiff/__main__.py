"""``python -m policydiff``."""

import sys

from policydiff.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
