"""How a service is spoken to: streams as data, paginators, requests with their limits and errors."""
