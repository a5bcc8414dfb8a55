"""3D Tiles 1.1: the city as one implicit quadtree, each building model as a tileset of its own."""
