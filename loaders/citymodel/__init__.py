"""City models: CityJSON and CityGML, with the meaning of every face, into features."""
