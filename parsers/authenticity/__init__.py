"""Evidence of who sent a mail: its bytes → facts. No look-up is made here: keys are handed in."""

from parsers.authenticity.domains import organisation_of, same_organisation
from parsers.authenticity.evidence import read_evidence
from parsers.authenticity.verify import verify_signatures

__all__ = ["organisation_of", "read_evidence", "same_organisation", "verify_signatures"]
