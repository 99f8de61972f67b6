"""The version of policydiff: what ``policydiff.__version__`` and the head of each result say."""

__version__ = "0.2.0"
