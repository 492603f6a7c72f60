"""Transport: IMAP in, SMTP out. Bytes only; what they mean is for `parsers` to say."""
