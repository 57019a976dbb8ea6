-- One row per device and stretch of time in which a user was signed in there, and one for the 30 days before the
-- device's first sign-in. Sources: signs, undone. Two known users are never made one.
with ordered as (
    select
        tracking,
        timeline,
        user_id,
        is_in,
        at_ms,
        lead(at_ms) over (
            partition by tracking, timeline
            order by at_ms, received_us, request_offset, id
        ) as next_ms,
        row_number() over (
            partition by tracking, timeline
            order by at_ms, received_us, request_offset, id
        ) as place
    from signs
),

crowds as (
    select
        later.tracking,
        later.timeline
    from signs as later
    inner join signs as earlier
        on
            later.tracking = earlier.tracking
            and later.timeline = earlier.timeline
            and earlier.at_ms <= later.at_ms
            and earlier.at_ms > later.at_ms - 2592000000
    group by
        later.tracking,
        later.timeline,
        later.id
    having count(distinct earlier.user_id) > 5
),

shared as (
    select
        tracking,
        timeline
    from crowds
    group by
        tracking,
        timeline
)

select
    tracking,
    timeline,
    user_id,
    at_ms as valid_from_ms,
    coalesce(next_ms, 9223372036854775807) as valid_to_ms,
    'signed in' as how
from ordered
where
    is_in = 1
    and coalesce(next_ms, 9223372036854775807) > at_ms

union all

select
    ordered.tracking,
    ordered.timeline,
    ordered.user_id,
    ordered.at_ms - 2592000000 as valid_from_ms,
    ordered.at_ms as valid_to_ms,
    'before first sign-in' as how
from ordered
left join shared
    on
        ordered.tracking = shared.tracking
        and ordered.timeline = shared.timeline
left join undone
    on
        ordered.tracking = undone.tracking
        and ordered.timeline = undone.timeline
        and ordered.user_id = undone.user_id
where
    ordered.place = 1
    and ordered.is_in = 1
    and shared.timeline is null
    and undone.timeline is null
