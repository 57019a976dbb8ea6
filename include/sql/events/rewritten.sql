-- One row per event of the partitions of clean that are written anew. Sources: clean_before, removed, added.
select
    clean_before.tracking,
    clean_before.instance,
    clean_before.id,
    clean_before.type,
    clean_before.user_id,
    clean_before.agent,
    clean_before.request,
    clean_before.data,
    clean_before.client_ms,
    clean_before.client_day,
    clean_before.received_us,
    clean_before.received_day,
    clean_before.request_offset,
    clean_before.is_bot_agent,
    clean_before.is_over_quota,
    clean_before.clock,
    clean_before.timeline,
    clean_before.shift_ms,
    clean_before.is_implausible_time
from clean_before
left join removed
    on
        clean_before.tracking = removed.tracking
        and clean_before.id = removed.id
        and clean_before.client_day = removed.client_day
where removed.id is null

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
    is_over_quota,
    clock,
    timeline,
    shift_ms,
    is_implausible_time
from added_of_day
