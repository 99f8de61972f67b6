"""The page for a meeting: one self-contained HTML file, readable and printable without scripts."""
