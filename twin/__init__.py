"""The core: what exists, where it is kept and what may be asked."""
