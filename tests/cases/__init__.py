"""Whole mails and what is owed to them: the table that a clerk would go through line by line.

Each line of `tables/` is a mail, or several for one application in order, and what domain.md asks
for: the outcome, the checklist, the findings, the letter. Every mail goes as bytes through the real
line (spool, reading, rules, archive, ledger, SMTP); what is looked at is what was filed and sent.
"""
