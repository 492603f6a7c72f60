"""Pages as pictures: of PDFs, OFDs and image files."""
