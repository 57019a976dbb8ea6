-- One row per event to be placed: the fresh ones and the recalled ones.
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
from fresh

union all

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
from recalled
