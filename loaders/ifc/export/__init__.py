"""A building of the city written as IFC4: storeys, rooms, elements, their properties and place."""
