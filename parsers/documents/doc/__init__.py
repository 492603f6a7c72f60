"""Word documents of 97 to 2007 (.doc, .wps)."""
