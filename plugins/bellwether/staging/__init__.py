"""Raw records become typed rows, or rejects with a reason."""
