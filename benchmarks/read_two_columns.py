"""A paper in two columns as PDF: read across, it is nonsense."""

from __future__ import annotations

import io
import random

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Paragraph

from benchmarks.read_papers import prose

_FONT = "STSong-Light"
_PARAGRAPHS = 36


def two_columns(seed: int) -> tuple[str, bytes]:
    """The text in reading order, and the file; the same seed gives the same bytes."""
    chance = random.Random(f"columns {seed}")
    title = "质量管理创新实践研究"
    paragraphs = [prose(chance, 3) for _ in range(_PARAGRAPHS)]
    return "\n".join((title, *paragraphs)), _file(title, paragraphs)


def _file(title: str, paragraphs: list[str]) -> bytes:
    pdfmetrics.registerFont(UnicodeCIDFont(_FONT))
    body = ParagraphStyle("body", fontName=_FONT, fontSize=10.5, leading=16, wordWrap="CJK")
    head = ParagraphStyle("head", fontName=_FONT, fontSize=15, leading=24, wordWrap="CJK")
    target = io.BytesIO()
    # invariant: no clock in the file.
    document = BaseDocTemplate(target, pagesize=A4, invariant=1)
    wide, high, edge, gap = A4[0], A4[1], 20 * mm, 8 * mm
    each = (wide - 2 * edge - gap) / 2
    frames = [
        Frame(edge + at * (each + gap), edge, each, high - 2 * edge, 0, 0, 0, 0) for at in (0, 1)
    ]
    document.addPageTemplates(PageTemplate(frames=frames))
    story: list[Flowable] = [Paragraph(title, head)]
    story += [Paragraph(text, body) for text in paragraphs]
    document.build(story)
    return target.getvalue()
