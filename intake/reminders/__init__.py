"""Letters that answer no mail: planned, written once, withdrawn where the cause is gone."""
