"""Packages of XML parts, the ground of .docx, .xlsx and .pptx."""
