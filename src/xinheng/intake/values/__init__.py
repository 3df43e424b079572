"""Words of intake, by what they speak of: receipts, batches and rows that wait, columns, duties, errors. Pure."""
