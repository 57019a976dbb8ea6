-- One row per event that a person or a device did, bots left out. Sources: known (parts of clean), quarters,
-- identities, robots (timelines taken for robots, by local day).
select
    known.tracking,
    known.timeline,
    known.type,
    known.id,
    known.client_ms + known.shift_ms as at_ms,
    known.received_us,
    known.request_offset,
    quarters.local_day,
    coalesce('user:' || known.user_id, 'user:' || identities.user_id, known.timeline) as person
from known
inner join quarters
    on
        known.tracking = quarters.tracking
        and cast(floor((known.client_ms + known.shift_ms) / 900000.0) as bigint) = quarters.quarter
left join identities
    on
        known.tracking = identities.tracking
        and known.timeline = identities.timeline
        and known.client_ms + known.shift_ms >= identities.valid_from_ms
        and known.client_ms + known.shift_ms < identities.valid_to_ms
left join robots
    on
        known.tracking = robots.tracking
        and known.timeline = robots.timeline
        and quarters.local_day = robots.local_day
where
    known.timeline <> ''
    and robots.timeline is null
