"""The ledger as sheets (台账), in the clerk's column order, as .xlsx or .csv."""
