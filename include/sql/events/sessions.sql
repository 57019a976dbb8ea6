-- One row per session: events of a timeline of which none is later than its predecessor by more than the gap, cut
-- every 24 hours. Sources: timeline_events, applications, marks.
with marked as (
    select
        timeline_events.tracking,
        timeline_events.timeline,
        timeline_events.id,
        timeline_events.type,
        timeline_events.at_ms,
        timeline_events.received_us,
        timeline_events.request_offset,
        applications.gap_ms,
        coalesce(marks.is_view, 0) as is_view,
        coalesce(marks.is_key, 0) as is_key,
        lag(timeline_events.at_ms) over (
            partition by timeline_events.tracking, timeline_events.timeline
            order by
                timeline_events.at_ms,
                timeline_events.received_us,
                timeline_events.request_offset,
                timeline_events.id
        ) as previous_ms
    from timeline_events
    inner join applications
        on timeline_events.tracking = applications.tracking
    left join marks
        on
            timeline_events.tracking = marks.tracking
            and timeline_events.type = marks.type
),

numbered as (
    select
        marked.*,
        sum(case when previous_ms is null or at_ms - previous_ms > gap_ms then 1 else 0 end) over (
            partition by tracking, timeline
            order by at_ms, received_us, request_offset, id
            rows between unbounded preceding and current row
        ) as run
    from marked
),

runs as (
    select
        numbered.*,
        min(at_ms) over (partition by tracking, timeline, run) as run_started_ms,
        max(at_ms) over (partition by tracking, timeline, run) as run_ended_ms
    from numbered
),

pieces as (
    select
        runs.*,
        cast(floor((at_ms - run_started_ms) / 86400000.0) as bigint) as piece
    from runs
),

ordered as (
    select
        pieces.*,
        row_number() over (
            partition by tracking, timeline, run, piece
            order by at_ms, received_us, request_offset, id
        ) as place
    from pieces
)

select
    md5(tracking || '/' || timeline || '/' || max(case when place = 1 then id end)) as session_id,
    tracking,
    timeline,
    run_started_ms,
    run_ended_ms,
    cast(floor(min(at_ms) / 86400000.0) as bigint) as started_day,
    min(at_ms) as started_ms,
    max(at_ms) as ended_ms,
    count(*) as events,
    sum(case when type = 'system.appInstanceData' then 1 else 0 end) as launches,
    sum(is_view) as views,
    case
        when max(at_ms) - min(at_ms) > 10000 or max(is_key) = 1 or sum(is_view) >= 2 then 1
        else 0
    end as is_engaged,
    max(case when place = 1 then type end) as first_type
from ordered
group by
    tracking,
    timeline,
    run,
    piece,
    run_started_ms,
    run_ended_ms
