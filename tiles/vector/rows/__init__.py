"""Vector tiles from rows as PostgreSQL sends them, drawn by the kernels that draw from memory."""
