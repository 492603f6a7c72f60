"""Slides: .ppt, .dps, .pptx."""
