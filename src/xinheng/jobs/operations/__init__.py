"""Changes of the queue: `queue` (enqueue, cancel, retry), `lease` (claim to finish), `schedule`, `context`, `worker`."""
