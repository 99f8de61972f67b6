"""A report against a folder of reports."""
