"""`python nursery.py FOLDER WORD…`: imports the collector once, then starts one for each line on its standard input.

Each is a process of its own, forked, on the port that the line names; its process id is printed. Importing Airflow
takes seconds, which would be most of a test that kills collectors.
"""

import os
import signal
import sys

from bellwether.events.collector.__main__ import main
from bellwether.lake import Lake


def say(word: object) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def run() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    Lake("lake").open()  # what the children need is loaded now
    say("ready")
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            log = os.open(os.devnull, os.O_WRONLY)
            os.dup2(log, 1)
            os.dup2(log, 2)
            os._exit(main([*sys.argv[1:], "--port", line.strip()]))
        say(child)


if __name__ == "__main__":
    run()
