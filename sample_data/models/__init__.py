"""Building models authored for the sample city.

`sample_data.models.layout` is plain data and needs no ifcopenshell;
`sample_data.models.build.build_models` writes the IFC files.
"""
