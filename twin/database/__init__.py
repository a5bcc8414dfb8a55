"""PostgreSQL with PostGIS: the cluster, the connection, the schema."""
