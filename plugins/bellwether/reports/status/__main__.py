"""`python -m bellwether.reports.status` prints how the stack is doing."""

from bellwether.reports.status.status import main

main()
