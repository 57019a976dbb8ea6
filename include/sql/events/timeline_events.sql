-- One row per event of a timeline that sessions are made of anew. Sources: known (parts of clean), touched_runs,
-- removed, added.
select
    known.tracking,
    known.timeline,
    known.id,
    known.type,
    known.client_ms + known.shift_ms as at_ms,
    known.received_us,
    known.request_offset
from known
inner join touched_runs
    on
        known.tracking = touched_runs.tracking
        and known.timeline = touched_runs.timeline
        and known.client_ms + known.shift_ms >= touched_runs.run_started_ms
        and known.client_ms + known.shift_ms <= touched_runs.run_ended_ms
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
    id,
    type,
    client_ms + shift_ms as at_ms,
    received_us,
    request_offset
from added
where timeline <> ''
