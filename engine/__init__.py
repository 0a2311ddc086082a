"""The mathematics: expressions, formulas, sweeps; `explorer` is its one door to the database."""
