"""The materials and the fields of a programme in Chinese sentences."""

from __future__ import annotations

from model.fields import FieldRule
from model.material import Material
from model.programme import Programme
from programmes.fields import common_fields
from programmes.sentences import Sentences, listed, phrase, word


def materials(rules: Programme, said: Sentences) -> None:
    for one in rules.materials:
        _material(one, said)


def _material(one: Material, said: Sentences) -> None:
    label = one.label
    said.say("required" if one.least else "optional", label=label, id=one.id, count=_count(one))
    if one.formats:
        said.say("formats", label=label, formats=listed(word("formats", f) for f in one.formats))
    else:
        said.say("any_format", label=label)
    if one.seal:
        said.say(f"seal_{one.seal_missing}", label=label)
    else:
        said.say("no_seal", label=label)
    if one.statistics:
        said.say("statistics", label=label)
    _recognised(one, said)
    if one.rest:
        said.say("rest", label=label)
    said.say("how_to" if one.how_to else "no_how_to", label=label, how_to=one.how_to)


def _recognised(one: Material, said: Sentences) -> None:
    known = one.recognise
    for name in ("name_words", "content_words", "not_words"):
        if words := getattr(known, name):
            said.say(name, label=one.label, words=listed(words))
    if known.form_labels:
        said.say(
            "form_labels",
            label=one.label,
            share=f"{known.form_share:.0%}",
            words=listed(known.form_labels),
        )
    for name in ("form_marks", "old_marks"):
        if words := getattr(known, name):
            said.say(name, label=one.label, words=listed(words))


def _count(one: Material) -> str:
    if one.most is None:
        return phrase("words", "at_least" if one.least else "any_number", least=one.least)
    same = one.most == one.least
    return phrase("words", "exactly" if same else "between", least=one.least, most=one.most)


def fields(rules: Programme, said: Sentences) -> None:
    common = common_fields() if rules.common_fields else ()
    if common:
        said.say("common", labels=listed(one.label for one in rules.fields if one in common))
    else:
        said.say("no_common")
    for one in rules.fields:
        if one in common:
            continue
        words = listed(f"“{name}”" for name in dict.fromkeys(one.words))
        said.say(
            "one",
            label=one.label,
            id=one.id,
            kind=word("kinds", one.kind.value),
            words=words,
            more=_more(one, rules),
        )


def _more(one: FieldRule, rules: Programme) -> str:
    said = []
    if one.of:
        said.append(phrase("field", "of", of=one.of))
    if one.materials:
        labels = listed(rules.material(name).label for name in one.materials)
        said.append(phrase("field", "materials", materials=labels))
    if one.column:
        said.append(phrase("field", "column"))
    return "".join(said)
