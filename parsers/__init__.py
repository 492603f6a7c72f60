"""Bytes in, facts out: subject lines, mails, archives, documents."""
