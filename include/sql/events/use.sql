-- One row per tracking id, local day, timeline, person and event type. person: user:… where a user is known, else the
-- device; '' where neither is. bot: why the timeline is taken for a robot on that day, else ''.
-- Sources: day_events, quarters (the local days by quarter of an hour), identities.
with placed as (
    select
        day_events.tracking,
        quarters.local_day,
        day_events.timeline,
        coalesce('user:' || day_events.user_id, 'user:' || identities.user_id, day_events.timeline) as person,
        day_events.type,
        day_events.at_ms,
        day_events.is_bot_agent
    from day_events
    inner join quarters
        on
            day_events.tracking = quarters.tracking
            and cast(floor(day_events.at_ms / 900000.0) as bigint) = quarters.quarter
    left join identities
        on
            day_events.tracking = identities.tracking
            and day_events.timeline = identities.timeline
            and day_events.at_ms >= identities.valid_from_ms
            and day_events.at_ms < identities.valid_to_ms
),

paced as (
    select
        tracking,
        local_day,
        timeline,
        is_bot_agent,
        at_ms - lag(at_ms, 599) over (
            partition by tracking, local_day, timeline
            order by at_ms
        ) as sixhundred_ms
    from placed
    where timeline <> ''
),

robots as (
    select
        tracking,
        local_day,
        timeline,
        case
            when max(is_bot_agent) = 1 then 'agent'
            when min(sixhundred_ms) <= 600000 then 'pace'
            when count(*) > 5000 then 'volume'
            else ''
        end as bot
    from paced
    group by
        tracking,
        local_day,
        timeline
)

select
    placed.tracking,
    placed.local_day,
    placed.timeline,
    placed.person,
    placed.type,
    coalesce(robots.bot, '') as bot,
    count(*) as events,
    min(placed.at_ms) as first_ms,
    max(placed.at_ms) as last_ms
from placed
left join robots
    on
        placed.tracking = robots.tracking
        and placed.local_day = robots.local_day
        and placed.timeline = robots.timeline
group by
    placed.tracking,
    placed.local_day,
    placed.timeline,
    placed.person,
    placed.type,
    coalesce(robots.bot, '')
