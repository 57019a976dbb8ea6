"""What docker-compose.yaml starts before and after the services: `setup` and `start`."""
