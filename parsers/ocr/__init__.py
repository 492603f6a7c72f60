"""What is written on a page that is a picture."""
