"""Days run, kept, compared and shown; the command line."""
