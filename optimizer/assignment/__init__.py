"""Plain assignment problems through the engine: rows to columns at the least cost, with capacities, proven."""
