"""Settings, URLs, server, names of job handlers: the only place that knows all."""
