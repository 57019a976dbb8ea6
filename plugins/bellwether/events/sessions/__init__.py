"""Sessions: exact however late an event comes."""
