"""State changes of cases: opening, taking a step, what time does."""
