"""Streets and how long they take: road graphs, matrices, traffic and routing."""
