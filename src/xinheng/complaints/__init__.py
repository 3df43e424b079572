"""The 12315/8890 complaint feed."""
