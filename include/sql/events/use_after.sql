-- One row per local day, timeline, person and event type of the partitions that are written anew.
-- Sources: use_before, changed_days, use.
select
    use_before.tracking,
    use_before.timeline,
    use_before.person,
    use_before.type,
    use_before.bot,
    use_before.local_day,
    use_before.events,
    use_before.first_ms,
    use_before.last_ms
from use_before
left join changed_days
    on
        use_before.tracking = changed_days.tracking
        and use_before.timeline = changed_days.timeline
        and use_before.local_day = changed_days.local_day
where changed_days.timeline is null

union all

select
    tracking,
    timeline,
    person,
    type,
    bot,
    local_day,
    events,
    first_ms,
    last_ms
from use_of_day
