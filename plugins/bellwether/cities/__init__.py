"""Cities: marts of weather, flights and city figures, and the demand for scooters forecast from them."""
