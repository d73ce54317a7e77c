"""The report: one HTML page, complete in itself, of what a build found."""
