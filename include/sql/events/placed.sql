-- One row per arrival: when it happened (client_ms + shift_ms) and whose timeline it belongs to ('' for nobody's).
-- Sources: arrivals, clocks, kinds.
with corrected as (
    select
        arrivals.*,
        cast(floor(arrivals.received_us / 1000.0) as bigint) as received_ms,
        coalesce(clocks.clock, 'right') as clock,
        coalesce(clocks.shift_ms, 0) as clock_shift_ms,
        coalesce(kinds.kind, 'unknown') as kind,
        coalesce(kinds.is_robot, 0) as is_robot
    from arrivals
    left join clocks
        on
            arrivals.tracking = clocks.tracking
            and arrivals.instance = clocks.instance
            and arrivals.received_day = clocks.received_day
    left join kinds
        on
            arrivals.tracking = kinds.tracking
            and arrivals.instance = kinds.instance
),

judged as (
    select
        corrected.*,
        case
            when client_ms > received_ms + 86400000 - clock_shift_ms then 1
            when client_ms < received_ms - 3024000000 - clock_shift_ms then 1
            else 0
        end as is_implausible_time
    from corrected
)

select
    tracking,
    instance,
    id,
    type,
    user_id,
    agent,
    request,
    data,
    client_ms,
    client_day,
    received_us,
    received_day,
    request_offset,
    greatest(is_bot_agent, is_robot) as is_bot_agent,
    is_over_quota,
    clock,
    case
        when kind = 'device' then 'device:' || instance
        when user_id is not null then 'user:' || user_id
        else ''
    end as timeline,
    case when is_implausible_time = 1 then received_ms - client_ms else clock_shift_ms end as shift_ms,
    is_implausible_time
from judged
