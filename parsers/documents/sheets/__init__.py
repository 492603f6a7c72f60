"""Sheets: .xls, .et, .xlsx."""
