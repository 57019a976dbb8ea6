-- One row per session of the partitions that are written anew. Sources: sessions_before, touched_runs, sessions.
select
    sessions_before.session_id,
    sessions_before.tracking,
    sessions_before.timeline,
    sessions_before.first_type,
    sessions_before.started_day,
    sessions_before.started_ms,
    sessions_before.ended_ms,
    sessions_before.run_started_ms,
    sessions_before.run_ended_ms,
    sessions_before.events,
    sessions_before.launches,
    sessions_before.views,
    sessions_before.is_engaged
from sessions_before
left join touched_runs
    on
        sessions_before.tracking = touched_runs.tracking
        and sessions_before.timeline = touched_runs.timeline
        and sessions_before.run_started_ms = touched_runs.run_started_ms
where touched_runs.timeline is null

union all

select
    session_id,
    tracking,
    timeline,
    first_type,
    started_day,
    started_ms,
    ended_ms,
    run_started_ms,
    run_ended_ms,
    events,
    launches,
    views,
    is_engaged
from sessions_of_day
