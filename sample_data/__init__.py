"""The generator of the sample city of Luohu."""
