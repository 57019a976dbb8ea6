"""Cities: marts of weather, flights and city figures, and forecasts of the demand for scooters based on them."""
