"""Solvers behind the contract `twin.solver.Solver`, each found by its name."""
