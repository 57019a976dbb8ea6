"""Deployment of the bundle: `compose` to containers on one machine, `mwaa` to Amazon MWAA."""
