-- One row per event of clean of which a copy came now that was received earlier. Source: first_received.
select
    tracking,
    instance,
    id,
    type,
    user_id,
    agent,
    request,
    data,
    client_ms,
    client_day,
    received_us,
    received_day,
    request_offset,
    is_bot_agent,
    is_over_quota,
    clock,
    timeline,
    shift_ms,
    is_implausible_time
from first_received
where
    place > 1
    and is_known = 1
