#!/bin/sh
# As the official entrypoint for any command it has no case of its own for (`mini`): /data goes to the user seaweed
# (uid 1000), root is left behind, `weed` gets the words. What seaweed may not read, `weed` may not read.
if [ "$(id -u)" = 0 ]; then
    if [ "$(stat -c %u /data)" != 1000 ]; then
        chown -R seaweed:seaweed /data
    fi
    exec setpriv --reuid=seaweed --regid=seaweed --init-groups -- "$0" "$@"
fi
exec /usr/bin/weed "$@"
