-- One row per event that came now and is not in clean yet, or was received earlier than the copy there.
-- Source: first_received.
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
    is_over_quota
from first_received
where
    place = 1
    and is_known = 0
