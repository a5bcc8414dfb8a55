"""Questions a city is asked, with places to ask them at."""
