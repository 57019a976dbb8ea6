-- One row per tracking id, instance and received day: what has to be added to the instance's times, in milliseconds.
-- Source: requests. An instance's clock is judged by its least late request of the day, for delivery takes time too;
-- errors below five minutes are left alone.
with requests_of_day as (
    select
        tracking,
        instance,
        received_day,
        received_us,
        cast(floor(received_us / 1000.0) as bigint) - coalesce(sent_ms, newest_ms) as lag_ms,
        case when sent_ms is null then 0 else 1 end as is_stamped,
        is_python,
        -- West of Greenwich the Python SDK wraps around: New York sends 1140.
        case when zone_offset > 840 then zone_offset - 1440 else zone_offset end * 60000 as zone_ms
    from requests
),

ranked as (
    select
        requests_of_day.*,
        row_number() over (
            partition by tracking, instance, received_day
            order by lag_ms, received_us
        ) as place
    from requests_of_day
),

least_late as (
    select
        tracking,
        instance,
        received_day,
        min(lag_ms) as lag_ms,
        max(case when place = 1 then is_stamped else 0 end) as is_stamped
    from ranked
    group by tracking, instance, received_day
),

agreed as (
    select
        least_late.tracking,
        least_late.instance,
        least_late.received_day,
        least_late.lag_ms,
        least_late.is_stamped,
        count(*) as requests,
        -- What was kept while offline comes all at once and agrees, too: that is delay, not a wrong clock.
        max(ranked.received_us) - min(ranked.received_us) as over_us,
        max(case when ranked.is_python = 1 then ranked.zone_ms end) as zone_ms
    from least_late
    inner join ranked
        on
            least_late.tracking = ranked.tracking
            and least_late.instance = ranked.instance
            and least_late.received_day = ranked.received_day
            and ranked.lag_ms <= least_late.lag_ms + 120000
    group by
        least_late.tracking,
        least_late.instance,
        least_late.received_day,
        least_late.lag_ms,
        least_late.is_stamped
),

zones as (
    select
        tracking,
        instance,
        received_day,
        max(case when is_python = 1 then zone_ms end) as zone_ms
    from requests_of_day
    group by tracking, instance, received_day
),

judged as (
    select
        agreed.tracking,
        agreed.instance,
        agreed.received_day,
        agreed.lag_ms,
        case
            when agreed.lag_ms between -300000 and 300000 then 'right'
            when abs(agreed.lag_ms - zones.zone_ms) <= 120000 then 'zone'
            when agreed.lag_ms < 0 then 'ahead'
            when agreed.is_stamped = 1 then 'behind'
            when agreed.requests >= 3 and agreed.over_us >= 300000000 then 'behind'
            else 'uncertain'
        end as clock,
        zones.zone_ms
    from agreed
    inner join zones
        on
            agreed.tracking = zones.tracking
            and agreed.instance = zones.instance
            and agreed.received_day = zones.received_day
)

select
    tracking,
    instance,
    received_day,
    clock,
    case
        when clock = 'zone' then zone_ms
        when clock in ('ahead', 'behind') then lag_ms
        else 0
    end as shift_ms
from judged
