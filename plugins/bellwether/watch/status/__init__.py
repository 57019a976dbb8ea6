"""How the stack is doing, in words."""
