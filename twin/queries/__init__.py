"""One question, one function, one .sql of the same name."""
