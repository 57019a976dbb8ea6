-- One row per copy of an event that came now: those in incoming (is_known 0) and those in clean (is_known 1).
-- Sources: incoming, touched (the partitions of clean for the same days).
with ids as (
    select
        tracking,
        id,
        client_day
    from incoming
    group by
        tracking,
        id,
        client_day
)

select
    0 as is_known,
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
    cast(null as varchar(16)) as clock,
    cast(null as varchar(300)) as timeline,
    cast(null as bigint) as shift_ms,
    cast(null as bigint) as is_implausible_time
from incoming

union all

select
    1 as is_known,
    touched.tracking,
    touched.instance,
    touched.id,
    touched.type,
    touched.user_id,
    touched.agent,
    touched.request,
    touched.data,
    touched.client_ms,
    touched.client_day,
    touched.received_us,
    touched.received_day,
    touched.request_offset,
    touched.is_bot_agent,
    touched.is_over_quota,
    touched.clock,
    touched.timeline,
    touched.shift_ms,
    touched.is_implausible_time
from touched
inner join ids
    on
        touched.tracking = ids.tracking
        and touched.id = ids.id
        and touched.client_day = ids.client_day
