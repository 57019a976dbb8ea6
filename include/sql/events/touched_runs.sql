-- One row per timeline and run of sessions without a gap between them that something came near to.
-- Sources: sessions_near, touches, applications.
select
    sessions_near.tracking,
    sessions_near.timeline,
    sessions_near.run_started_ms,
    sessions_near.run_ended_ms
from sessions_near
inner join applications
    on sessions_near.tracking = applications.tracking
inner join touches
    on
        sessions_near.tracking = touches.tracking
        and sessions_near.timeline = touches.timeline
        and touches.at_ms >= sessions_near.run_started_ms - applications.gap_ms
        and touches.at_ms <= sessions_near.run_ended_ms + applications.gap_ms
group by
    sessions_near.tracking,
    sessions_near.timeline,
    sessions_near.run_started_ms,
    sessions_near.run_ended_ms
