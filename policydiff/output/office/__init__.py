"""Excel and Word files: small zip files of XML, made with the standard library alone."""
