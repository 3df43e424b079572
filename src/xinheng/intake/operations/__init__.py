"""State changes of intake: receive a file, the steps of its load, enter one row, settle what waits."""
