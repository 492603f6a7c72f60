"""Seals on a page that is a picture: where they are, and the name on them."""
