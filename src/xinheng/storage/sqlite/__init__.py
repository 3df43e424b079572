"""Django's SQLite backend with a turnstile in front of write transactions."""
