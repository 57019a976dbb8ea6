-- One row per tracking id and local day on which sessions began. Sources: sessions_near, quarters, report_days,
-- robots (timelines taken for robots, by local day).
with begun as (
    select
        sessions_near.tracking,
        started.local_day,
        (sessions_near.ended_ms - sessions_near.started_ms) / 1000.0 as seconds,
        sessions_near.events,
        sessions_near.launches,
        sessions_near.is_engaged,
        case when ended.local_day > started.local_day then 1 else 0 end as is_crossing,
        case when robots.timeline is null then 0 else 1 end as is_bot
    from sessions_near
    inner join quarters as started
        on
            sessions_near.tracking = started.tracking
            and cast(floor(sessions_near.started_ms / 900000.0) as bigint) = started.quarter
    inner join quarters as ended
        on
            sessions_near.tracking = ended.tracking
            and cast(floor(sessions_near.ended_ms / 900000.0) as bigint) = ended.quarter
    left join robots
        on
            sessions_near.tracking = robots.tracking
            and sessions_near.timeline = robots.timeline
            and started.local_day = robots.local_day
)

select
    report_days.tracking as tracking_id,
    report_days.local_day as day,
    sum(1 - begun.is_bot) as sessions,
    sum((1 - begun.is_bot) * begun.is_engaged) as engaged_sessions,
    percentile_cont(0.5) within group (order by case when begun.is_bot = 0 then begun.seconds end)
        as length_p50_seconds,
    percentile_cont(0.9) within group (order by case when begun.is_bot = 0 then begun.seconds end)
        as length_p90_seconds,
    sum((1 - begun.is_bot) * begun.events) as events,
    sum((1 - begun.is_bot) * begun.launches) as launches,
    sum((1 - begun.is_bot) * begun.is_crossing) as crossing_midnight,
    sum(begun.is_bot) as bot_sessions_left_out,
    report_days.is_settled
from report_days
inner join begun
    on
        report_days.tracking = begun.tracking
        and report_days.local_day = begun.local_day
group by
    report_days.tracking,
    report_days.local_day,
    report_days.is_settled
