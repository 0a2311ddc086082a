"""Tables and rows: everything that gradq keeps, and nothing of what it means."""
