"""The demo: a mailbox, a mail sink, and a dozen submissions made in code; tests use them too."""
