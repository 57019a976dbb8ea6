-- One row per event of clean that has to be placed anew. Sources: recallable (parts of clean), changed_clocks,
-- changed_kinds, superseded.
select
    recallable.tracking,
    recallable.instance,
    recallable.id,
    recallable.type,
    recallable.user_id,
    recallable.agent,
    recallable.request,
    recallable.data,
    recallable.client_ms,
    recallable.client_day,
    recallable.received_us,
    recallable.received_day,
    recallable.request_offset,
    recallable.is_bot_agent,
    recallable.is_over_quota,
    recallable.clock,
    recallable.timeline,
    recallable.shift_ms,
    recallable.is_implausible_time
from recallable
left join changed_clocks
    on
        recallable.tracking = changed_clocks.tracking
        and recallable.instance = changed_clocks.instance
        and recallable.received_day = changed_clocks.received_day
left join changed_kinds
    on
        recallable.tracking = changed_kinds.tracking
        and recallable.instance = changed_kinds.instance
left join superseded
    on
        recallable.tracking = superseded.tracking
        and recallable.id = superseded.id
        and recallable.client_day = superseded.client_day
where
    superseded.id is null
    and (changed_clocks.tracking is not null or changed_kinds.tracking is not null)
