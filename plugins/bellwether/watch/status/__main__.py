"""`python -m bellwether.watch.status` prints how the stack is doing."""

from bellwether.watch.status.status import main

main()
