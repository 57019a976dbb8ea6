-- One row per tracking id and local day of receipt: what came, what was kept, and what had to be seen to.
-- Sources: quality_all, report_days, listening (seconds by local day in which a collector listened).
with counted as (
    select
        tracking,
        local_day,
        sum(case when what = 'received' then events else 0 end) as received,
        sum(case when what = 'kept' then events else 0 end) as kept,
        sum(case when what = 'late under 1 day' then events else 0 end) as late_under_1_day,
        sum(case when what = 'late 1 to 3 days' then events else 0 end) as late_1_to_3_days,
        sum(case when what = 'late over 3 days' then events else 0 end) as late_over_3_days,
        sum(case when what = 'clock corrected' then events else 0 end) as clock_corrected,
        sum(case when what = 'clock uncertain' then events else 0 end) as clock_uncertain,
        sum(case when what = 'time implausible' then events else 0 end) as time_implausible,
        sum(case when what = 'over quota' then events else 0 end) as over_quota,
        sum(case when what = 'bot agent' then events else 0 end) as bot_agent
    from quality_all
    group by
        tracking,
        local_day
)

select
    report_days.tracking as tracking_id,
    report_days.local_day as day,
    coalesce(counted.received, 0) as received,
    coalesce(counted.kept, 0) as kept,
    coalesce(counted.late_under_1_day, 0) as late_under_1_day,
    coalesce(counted.late_1_to_3_days, 0) as late_1_to_3_days,
    coalesce(counted.late_over_3_days, 0) as late_over_3_days,
    coalesce(counted.clock_corrected, 0) as clock_corrected,
    coalesce(counted.clock_uncertain, 0) as clock_uncertain,
    coalesce(counted.time_implausible, 0) as time_implausible,
    coalesce(counted.over_quota, 0) as over_quota,
    coalesce(counted.bot_agent, 0) as bot_agent,
    coalesce(counted.received - counted.kept, 0) as duplicates,
    coalesce(listening.seconds, 0) as listened_seconds,
    report_days.is_settled
from report_days
left join counted
    on
        report_days.tracking = counted.tracking
        and report_days.local_day = counted.local_day
left join listening
    on
        report_days.tracking = listening.tracking
        and report_days.local_day = listening.local_day
