-- One row per tracking id, instance and received day whose clock is judged otherwise than before.
-- Sources: clocks, clocks_before.
select
    clocks.tracking,
    clocks.instance,
    clocks.received_day
from clocks
inner join clocks_before
    on
        clocks.tracking = clocks_before.tracking
        and clocks.instance = clocks_before.instance
        and clocks.received_day = clocks_before.received_day
where
    clocks.clock <> clocks_before.clock
    or clocks.shift_ms <> clocks_before.shift_ms
