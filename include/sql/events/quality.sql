-- One row per tracking id, local day of receipt and what was counted. Sources: incoming, added, removed, quarters,
-- quality_before.
with changes as (
    select
        tracking,
        received_us,
        'received' as what,
        1 as events
    from incoming
{% for relation, sign in [('added', '1'), ('removed', '-1')] %}

    union all

    select
        tracking,
        received_us,
        'kept' as what,
        {{ sign }} as events
    from {{ relation }}

    union all

    select
        tracking,
        received_us,
        case
            when is_implausible_time = 1 then 'time implausible'
            when clock = 'uncertain' then 'clock uncertain'
            else 'clock corrected'
        end as what,
        {{ sign }} as events
    from {{ relation }}
    where
        is_implausible_time = 1
        or clock <> 'right'

    union all

    select
        tracking,
        received_us,
        case
            when received_us / 1000.0 - client_ms - shift_ms < 86400000 then 'late under 1 day'
            when received_us / 1000.0 - client_ms - shift_ms < 259200000 then 'late 1 to 3 days'
            else 'late over 3 days'
        end as what,
        {{ sign }} as events
    from {{ relation }}
    where received_us / 1000.0 - client_ms - shift_ms >= 3600000

    union all

    select
        tracking,
        received_us,
        'over quota' as what,
        {{ sign }} as events
    from {{ relation }}
    where is_over_quota = 1

    union all

    select
        tracking,
        received_us,
        'bot agent' as what,
        {{ sign }} as events
    from {{ relation }}
    where is_bot_agent = 1
{% endfor %}
),

counted as (
    select
        changes.tracking,
        quarters.local_day,
        changes.what,
        sum(changes.events) as events
    from changes
    inner join quarters
        on
            changes.tracking = quarters.tracking
            and cast(floor(changes.received_us / 900000000.0) as bigint) = quarters.quarter
    group by
        changes.tracking,
        quarters.local_day,
        changes.what

    union all

    select
        tracking,
        local_day,
        what,
        events
    from quality_before
)

select
    tracking,
    local_day,
    what,
    cast(sum(events) as bigint) as events
from counted
group by
    tracking,
    local_day,
    what
having sum(events) <> 0
