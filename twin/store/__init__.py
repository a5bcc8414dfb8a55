"""The only writer of features: whole batches, all or nothing, every version kept."""
