"""Building blocks that several policies share. None of them is a policy."""
