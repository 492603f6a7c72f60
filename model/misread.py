"""Short words as OCR reads them: how many characters it may have got wrong."""

from __future__ import annotations


def distance(one: str, other: str, most: int) -> int:
    """Insertions, deletions and replacements between two texts (Levenshtein), `most` + 1 where
    there are more; costs their lengths multiplied."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before = list(range(len(other) + 1))
    for row, sign in enumerate(one, 1):
        line = [row]
        for column, against in enumerate(other, 1):
            line.append(
                min(before[column] + 1, line[-1] + 1, before[column - 1] + (sign != against))
            )
        if min(line) > most:
            return most + 1
        before = line
    return min(before[-1], most + 1)


def tolerated(word: str) -> int:
    """How many characters of a word OCR may have got wrong: none of two, one of three, two of
    seven."""
    return 0 if len(word) < 3 else 1 if len(word) < 7 else 2


def alike(one: str, other: str) -> bool:
    """Whether OCR may have made one of two words out of the other."""
    most = tolerated(min(one, other, key=len))
    return one == other or (bool(most) and distance(one, other, most) <= most)


def within(word: str, text: str) -> bool:
    """Whether a word stands in a short text, its characters replaced as far as is tolerated."""
    if word in text:
        return True
    most = tolerated(word)
    pieces = (text[start : start + len(word)] for start in range(len(text) - len(word) + 1))
    return bool(most) and any(
        sum(a != b for a, b in zip(word, piece, strict=True)) <= most for piece in pieces
    )
