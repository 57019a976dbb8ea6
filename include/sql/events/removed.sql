-- One row per event of clean that goes or is replaced. Sources: superseded, recalled, added.
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
from superseded

union all

select
    recalled.tracking,
    recalled.instance,
    recalled.id,
    recalled.type,
    recalled.user_id,
    recalled.agent,
    recalled.request,
    recalled.data,
    recalled.client_ms,
    recalled.client_day,
    recalled.received_us,
    recalled.received_day,
    recalled.request_offset,
    recalled.is_bot_agent,
    recalled.is_over_quota,
    recalled.clock,
    recalled.timeline,
    recalled.shift_ms,
    recalled.is_implausible_time
from recalled
inner join added
    on
        recalled.tracking = added.tracking
        and recalled.id = added.id
        and recalled.client_day = added.client_day
