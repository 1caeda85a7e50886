"""The world, its clock, and the contract with policies."""
