-- One row per tracking id and local day: who was active, on the day and in the 7 and 28 days that end with it.
-- Sources: use_all, report_days, todays. Bots are left out and counted.
with active as (
    select
        tracking,
        person,
        local_day,
        max(case when person like 'user:%' then 1 else 0 end) as is_known
    from use_all
    where
        bot = ''
        and person <> ''
    group by
        tracking,
        person,
        local_day
),

firsts as (
    select
        tracking,
        person,
        min(local_day) as first_day
    from active
    group by
        tracking,
        person
),

spread as (
    select
        active.tracking,
        report_days.local_day,
        active.person,
        max(active.is_known) as is_known,
        max(active.local_day) as last_day,
        min(firsts.first_day) as first_day
    from active
    inner join report_days
        on
            active.tracking = report_days.tracking
            and active.local_day <= report_days.local_day
            and active.local_day > report_days.local_day - 28
    inner join firsts
        on
            active.tracking = firsts.tracking
            and active.person = firsts.person
    group by
        active.tracking,
        report_days.local_day,
        active.person
),

people as (
    select
        tracking,
        local_day,
        sum(case when last_day = local_day then 1 else 0 end) as dau,
        sum(case when last_day > local_day - 7 then 1 else 0 end) as wau,
        count(*) as mau,
        sum(case when last_day = local_day and first_day = local_day then 1 else 0 end) as new_users,
        sum(case when last_day = local_day and first_day < local_day then 1 else 0 end) as returning_users,
        sum(case when last_day = local_day then is_known else 0 end) as known_users,
        sum(case when last_day = local_day then 1 - is_known else 0 end) as anonymous_devices
    from spread
    group by
        tracking,
        local_day
),

robots as (
    select
        tracking,
        local_day,
        count(distinct timeline) as bots_left_out,
        sum(events) as bot_events_left_out
    from use_all
    where bot <> ''
    group by
        tracking,
        local_day
)

select
    report_days.tracking as tracking_id,
    report_days.local_day as day,
    coalesce(people.dau, 0) as dau,
    coalesce(people.wau, 0) as wau,
    coalesce(people.mau, 0) as mau,
    people.dau * 1.0 / people.mau as stickiness,
    coalesce(people.new_users, 0) as new_users,
    coalesce(people.returning_users, 0) as returning_users,
    coalesce(people.known_users, 0) as known_users,
    coalesce(people.anonymous_devices, 0) as anonymous_devices,
    coalesce(robots.bots_left_out, 0) as bots_left_out,
    coalesce(robots.bot_events_left_out, 0) as bot_events_left_out,
    report_days.is_settled
from report_days
left join people
    on
        report_days.tracking = people.tracking
        and report_days.local_day = people.local_day
left join robots
    on
        report_days.tracking = robots.tracking
        and report_days.local_day = robots.local_day
