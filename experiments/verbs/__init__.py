"""What each verb of the command line does; `experiments.cli` only reads what was typed."""
