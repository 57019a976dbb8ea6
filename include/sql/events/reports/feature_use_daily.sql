-- One row per tracking id, local day and event type that was used or is expected. Sources: use_all, report_days,
-- features (the declared ones). Bots are left out; what servers do for nobody in particular counts as events only.
with used as (
    select
        tracking,
        local_day,
        type,
        count(distinct case when person <> '' then person end) as users,
        sum(events) as events
    from use_all
    where bot = ''
    group by
        tracking,
        local_day,
        type
),

firsts as (
    select
        tracking,
        type,
        min(local_day) as first_day
    from use_all
    where bot = ''
    group by
        tracking,
        type
),

totals as (
    select
        tracking,
        local_day,
        count(distinct case when person <> '' then person end) as active_users
    from use_all
    where bot = ''
    group by
        tracking,
        local_day
),

wanted as (
    select
        tracking,
        local_day,
        type
    from used

    union

    select
        totals.tracking,
        totals.local_day,
        features.type
    from totals
    inner join features
        on totals.tracking = features.tracking
)

select
    wanted.tracking as tracking_id,
    wanted.local_day as day,
    wanted.type as event_type,
    coalesce(used.users, 0) as users,
    coalesce(used.events, 0) as events,
    totals.active_users,
    case when totals.active_users > 0 then coalesce(used.users, 0) * 1.0 / totals.active_users end as adoption,
    features.expected_share,
    firsts.first_day as first_seen_day,
    report_days.is_settled
from wanted
inner join report_days
    on
        wanted.tracking = report_days.tracking
        and wanted.local_day = report_days.local_day
inner join totals
    on
        wanted.tracking = totals.tracking
        and wanted.local_day = totals.local_day
left join used
    on
        wanted.tracking = used.tracking
        and wanted.local_day = used.local_day
        and wanted.type = used.type
left join firsts
    on
        wanted.tracking = firsts.tracking
        and wanted.type = firsts.type
left join features
    on
        wanted.tracking = features.tracking
        and wanted.type = features.type
