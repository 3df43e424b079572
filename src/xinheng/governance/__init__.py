"""Tasks of the plan, assessment, pilots, campaigns, documents."""
