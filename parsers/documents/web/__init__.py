"""Web pages and Office documents saved as one XML file."""
