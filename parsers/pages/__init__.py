"""Pages as pictures: of PDFs, OFDs and image files."""

from parsers.pages.open import open_pages, render_page
from parsers.pages.source import PageSource, PageUnreadable

__all__ = ["PageSource", "PageUnreadable", "open_pages", "render_page"]
