"""Ways of sending letters: files in a folder, and SMTP."""
