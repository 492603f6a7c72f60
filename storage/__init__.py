"""Where everything lies: the spool, the archive (OCFL) and the ledger (SQL) with its outbox."""
