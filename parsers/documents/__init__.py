"""Documents: what a file is by its bytes, and what is written in it.

`detect` tells the kind, `read` holds the table of readers, a folder for each family of formats.
Nothing is imported here: whoever wants a rendering must not load every reader.
"""
