"""The clerk's page: the ledger, one application, one receipt. It reads; it changes nothing."""
