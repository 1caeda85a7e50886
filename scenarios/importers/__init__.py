"""Instances of the literature as days: each reader keeps to its format and says where it fails."""
