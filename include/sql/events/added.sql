-- One row per event that clean gets: what is new, and what was recalled and is placed otherwise now.
-- Sources: placed, recalled.
select
    placed.tracking,
    placed.instance,
    placed.id,
    placed.type,
    placed.user_id,
    placed.agent,
    placed.request,
    placed.data,
    placed.client_ms,
    placed.client_day,
    placed.received_us,
    placed.received_day,
    placed.request_offset,
    placed.is_bot_agent,
    placed.is_over_quota,
    placed.clock,
    placed.timeline,
    placed.shift_ms,
    placed.is_implausible_time
from placed
left join recalled
    on
        placed.tracking = recalled.tracking
        and placed.id = recalled.id
        and placed.client_day = recalled.client_day
where
    recalled.id is null
    or recalled.shift_ms <> placed.shift_ms
    or recalled.timeline <> placed.timeline
    or recalled.clock <> placed.clock
    or recalled.is_implausible_time <> placed.is_implausible_time
    or recalled.is_bot_agent <> placed.is_bot_agent
