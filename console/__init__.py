"""The faces a person uses: the command line and the web page."""
