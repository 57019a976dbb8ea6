"""What brings the bundle to where it runs: `compose` to one machine's containers, `mwaa` to Amazon MWAA."""
