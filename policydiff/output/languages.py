"""The languages in which results can be shown."""

from typing import Final

#: The first is what a page is written in unless told.
LANGUAGES: Final = ("zh", "en")
