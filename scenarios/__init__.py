"""What kind of day, and one draw of it."""
