"""What is written on a page that is a picture."""

from parsers.ocr.compare import agrees, layer_differs
from parsers.ocr.scans import read_scans

__all__ = ["agrees", "layer_differs", "read_scans"]
