"""The grammar of a subject line and of a package's name: `申报编号+单位全称`.

`read` → `fold` (characters, each still tied to the text as sent) → `automatic` (not a submission
at all) → `judge`, which takes prefixes and tags off the front, tries `exact` (as the rule says),
and else finds `numbers`, takes what stands beside them bare (`segments`, by the table in
`decorations`) and asks `names` what is left: exactly one number and one full name, or the reason
why not. `notes` gathers the findings; `meanings`, `places` and `vocabulary` are what it knows.

A full name is given as the sender spelt it: width, brackets and case kept, white space taken out
(one blank between two Latin words stays), invisible characters and decorations left out. A number
is given in NFKC with hyphens for dashes, its case kept.

Nothing here knows a particular call: number pattern, separator, order and endings of names come
from the `NamingRule`. Importing it costs a few milliseconds; the rule is taken by its type only.
"""

from model.full_name import normal_name, same_name
from parsers.subject.names import is_branch, looks_like_full_name
from parsers.subject.read import read_package_name, read_subject

__all__ = [
    "is_branch",
    "looks_like_full_name",
    "normal_name",
    "read_package_name",
    "read_subject",
    "same_name",
]
