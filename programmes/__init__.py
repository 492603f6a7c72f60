"""One TOML file for each call for applications, and the loader that checks them."""

from programmes.loader import find_programme, load_programme, shipped_programmes

__all__ = ["find_programme", "load_programme", "shipped_programmes"]
