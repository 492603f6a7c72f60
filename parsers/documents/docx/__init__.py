"""Word documents of today (.docx, .docm)."""
