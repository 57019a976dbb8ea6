-- One row per event of the timelines and local days that are counted anew. Sources: known (parts of clean), removed,
-- added, quarters, changed_days.
with all_events as (
    select
        known.tracking,
        known.timeline,
        known.user_id,
        known.type,
        known.client_ms + known.shift_ms as at_ms,
        known.is_bot_agent
    from known
    left join removed
        on
            known.tracking = removed.tracking
            and known.id = removed.id
            and known.client_day = removed.client_day
    where removed.id is null

    union all

    select
        tracking,
        timeline,
        user_id,
        type,
        client_ms + shift_ms as at_ms,
        is_bot_agent
    from added
)

select
    all_events.tracking,
    all_events.timeline,
    all_events.user_id,
    all_events.type,
    all_events.at_ms,
    all_events.is_bot_agent
from all_events
inner join quarters
    on
        all_events.tracking = quarters.tracking
        and cast(floor(all_events.at_ms / 900000.0) as bigint) = quarters.quarter
inner join changed_days
    on
        all_events.tracking = changed_days.tracking
        and all_events.timeline = changed_days.timeline
        and quarters.local_day = changed_days.local_day
