"""The fields of a form, out of a document that was read."""
