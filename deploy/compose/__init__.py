"""The programs that docker-compose.yaml runs before and after the services start: `setup` and `start`."""
