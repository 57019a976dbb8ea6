-- One row per tracking id, funnel, local day of entering and step: how many came so far. Sources: progress (one row
-- per person, day and step reached), funnel_steps, funnel_days, todays.
with entered as (
    select
        tracking,
        funnel,
        local_day,
        count(*) as entered
    from progress
    where step = 1
    group by
        tracking,
        funnel,
        local_day
),

reached as (
    select
        tracking,
        funnel,
        local_day,
        step,
        count(*) as reached,
        percentile_cont(0.5) within group (order by (reached_ms - entered_ms) / 1000.0) as median_seconds
    from progress
    group by
        tracking,
        funnel,
        local_day,
        step
)

select
    entered.tracking as tracking_id,
    entered.funnel,
    entered.local_day as day,
    funnel_steps.step,
    funnel_steps.type as event_type,
    entered.entered,
    coalesce(reached.reached, 0) as reached,
    coalesce(reached.reached, 0) * 1.0 / entered.entered as reached_share,
    reached.median_seconds,
    funnel_steps.window_days,
    case when entered.local_day + funnel_steps.window_days + 1 <= todays.today then true else false end
        as is_complete,
    case when entered.local_day + funnel_steps.window_days + 4 <= todays.today then true else false end
        as is_settled
from entered
inner join funnel_steps
    on
        entered.tracking = funnel_steps.tracking
        and entered.funnel = funnel_steps.funnel
inner join todays
    on entered.tracking = todays.tracking
left join reached
    on
        entered.tracking = reached.tracking
        and entered.funnel = reached.funnel
        and entered.local_day = reached.local_day
        and funnel_steps.step = reached.step
