"""bellwether: what many services say, carried to S3 and the warehouse, and turned into answers."""
