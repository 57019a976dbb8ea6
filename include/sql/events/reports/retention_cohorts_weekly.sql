-- One row per tracking id, cohort (the local week of a person's first day) and week after it. Sources: use_all,
-- retention (how many weeks are shown), todays. Weeks begin on Monday; week 0 is the cohort's own.
with active as (
    select
        use_all.tracking,
        use_all.person,
        cast(floor((use_all.local_day + 3) / 7.0) as bigint) as week
    from use_all
    where
        use_all.bot = ''
        and use_all.person <> ''
    group by
        use_all.tracking,
        use_all.person,
        cast(floor((use_all.local_day + 3) / 7.0) as bigint)
),

people as (
    select
        tracking,
        person,
        min(week) as cohort,
        max(week) as last_week
    from active
    group by
        tracking,
        person
),

cohorts as (
    select
        tracking,
        cohort,
        count(*) as cohort_size
    from people
    group by
        tracking,
        cohort
),

weeks as (
    select
        cohorts.tracking,
        cohorts.cohort,
        cohorts.cohort_size,
        retention.week_offset,
        todays.today
    from cohorts
    inner join retention
        on cohorts.tracking = retention.tracking
    inner join todays
        on cohorts.tracking = todays.tracking
    where cohorts.cohort + retention.week_offset <= cast(floor((todays.today + 3) / 7.0) as bigint)
),

classic as (
    select
        people.tracking,
        people.cohort,
        active.week - people.cohort as week_offset,
        count(*) as retained
    from people
    inner join active
        on
            people.tracking = active.tracking
            and people.person = active.person
    group by
        people.tracking,
        people.cohort,
        active.week - people.cohort
),

unbounded as (
    select
        weeks.tracking,
        weeks.cohort,
        weeks.week_offset,
        count(*) as retained_or_later
    from weeks
    inner join people
        on
            weeks.tracking = people.tracking
            and weeks.cohort = people.cohort
            and people.last_week >= weeks.cohort + weeks.week_offset
    group by
        weeks.tracking,
        weeks.cohort,
        weeks.week_offset
)

select
    weeks.tracking as tracking_id,
    weeks.cohort * 7 - 3 as cohort_week,
    weeks.week_offset,
    weeks.cohort_size,
    coalesce(classic.retained, 0) as retained,
    coalesce(unbounded.retained_or_later, 0) as retained_or_later,
    coalesce(classic.retained, 0) * 1.0 / weeks.cohort_size as retained_share,
    case when (weeks.cohort + weeks.week_offset + 1) * 7 - 3 <= weeks.today then true else false end as is_complete,
    case when (weeks.cohort + weeks.week_offset + 1) * 7 <= weeks.today then true else false end as is_settled
from weeks
left join classic
    on
        weeks.tracking = classic.tracking
        and weeks.cohort = classic.cohort
        and weeks.week_offset = classic.week_offset
left join unbounded
    on
        weeks.tracking = unbounded.tracking
        and weeks.cohort = unbounded.cohort
        and weeks.week_offset = unbounded.week_offset
