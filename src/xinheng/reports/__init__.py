"""Credit reports and their verification."""
