"""`python -m bellwether.watch.status` prints the stack's status."""

from bellwether.watch.status.status import main

main()
