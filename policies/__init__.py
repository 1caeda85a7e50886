"""Who decides: the dispatch policies that ship with the twin."""
