"""What bellwether costs, measured side by side with what else one could use."""
