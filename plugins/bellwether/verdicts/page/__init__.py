"""The page: a report as one HTML file that asks nobody for anything."""
