"""Letters of every kind with sample data, as files to be looked at before a template is used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from intake.letter_samples import RECEIPT_NO, SAMPLES, Sample
from intake.reminders.samples import correction_reminder, not_sent_reminder
from intake.settings import Settings
from model.errors import IntakeError
from model.programme import Programme
from model.verdict import ReceiptKind
from receipts.code import write_code
from receipts.letter import Letter
from receipts.pdf import Sheet, render_pages, render_pdf
from receipts.signing import SigningKey

REMINDERS: Mapping[str, Callable[[Programme, Path | None], Letter]] = {
    ReceiptKind.CORRECTION_REMINDER.value: correction_reminder,
    ReceiptKind.NOT_SENT_REMINDER.value: not_sent_reminder,
}
"""Letters that answer no mail: they carry no PDF."""

KINDS = (*SAMPLES, *REMINDERS)


def preview_letter(name: str, programme: Programme, settings: Settings) -> dict[str, bytes]:
    """One letter as .txt, .html, .pdf and .png, by file name; of several pages each a .png.

    Raises: IntakeError where there is no such kind; SettingsError where the operator's own
    wording or templates cannot be used.
    """
    if name in REMINDERS:
        letter = REMINDERS[name](programme, settings.templates_dir)
        return _texts(name, letter)
    if name not in SAMPLES:
        raise IntakeError(f"There is no letter {name!r}.", f"Known: {', '.join(KINDS)}.")
    sample = SAMPLES[name](programme)
    letter = sample.letter(settings.templates_dir)
    sheet = _sheet(sample, letter, settings)
    files = _texts(name, letter) | {f"{name}.pdf": render_pdf(sheet)}
    pages = render_pages(sheet)
    for number, page in enumerate(pages, 1):
        files[f"{name}.png" if len(pages) == 1 else f"{name}-{number}.png"] = page
    return files


def _sheet(sample: Sample, letter: Letter, settings: Settings) -> Sheet:
    """Signed with a key that nobody has: a sample must not pass for a receipt."""
    code = write_code(
        sample.programme.id,
        RECEIPT_NO,
        sample.verdict.application_no or "",
        sample.made_at,
        letter.facts,
        SigningKey.throwaway(),
    )
    return Sheet(
        letter.facts,
        code,
        sample.made_at,
        settings.verify_url,
        sample=True,
        templates=settings.templates_dir,
    )


def _texts(name: str, letter: Letter) -> dict[str, bytes]:
    text = f"主题：{letter.subject}\n\n{letter.text}"
    return {f"{name}.txt": text.encode(), f"{name}.html": letter.html.encode()}
