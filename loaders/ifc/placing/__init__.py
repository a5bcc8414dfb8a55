"""The georeference doctor: what is wrong with a model's place, and where it fits in the city."""
