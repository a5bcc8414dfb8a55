"""Bodies in space: meshes as they are stored, rays that meet them, planes that cut them."""
