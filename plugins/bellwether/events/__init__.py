"""Product events: what people do in a product, from the collector to sessions and report tables."""
