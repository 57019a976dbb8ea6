-- One row per timeline and moment at which something was added or removed. Sources: added, removed.
select
    tracking,
    timeline,
    client_ms + shift_ms as at_ms
from added

union

select
    tracking,
    timeline,
    client_ms + shift_ms as at_ms
from removed
