"""One TOML file for each call for applications, and the loader that checks them.

The loader is imported when first asked for: `programmes.naming` answers without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from programmes.loader import find_programme, load_programme, shipped_programmes

__all__ = ["find_programme", "load_programme", "shipped_programmes"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from programmes import loader

    return getattr(loader, name)
