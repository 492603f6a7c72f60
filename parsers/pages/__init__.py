"""Pages as pictures: of PDFs, OFDs and image files."""

from parsers.pages.open import PICTURES, open_pages, render_page
from parsers.pages.source import PageSource, PageUnreadable

__all__ = ["PICTURES", "PageSource", "PageUnreadable", "open_pages", "render_page"]
