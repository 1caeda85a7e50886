"""What ``twin policies new`` writes: a policy, its test and a package round it, read as text."""
