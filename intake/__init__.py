"""What happens, in order: receive, read, check, file, answer. Knows no Prefect."""
