-- One row per device and stretch of time that is another user's than before. Sources: identities, identities_before.
with both_sides as (
    select
        tracking,
        timeline,
        user_id,
        valid_from_ms,
        valid_to_ms,
        how,
        1 as is_now
    from identities

    union all

    select
        tracking,
        timeline,
        user_id,
        valid_from_ms,
        valid_to_ms,
        how,
        0 as is_now
    from identities_before
),

compared as (
    select
        tracking,
        timeline,
        valid_from_ms,
        count(*) as sides,
        min(valid_to_ms) as shorter_ms,
        max(valid_to_ms) as longer_ms
    from both_sides
    group by
        tracking,
        timeline,
        user_id,
        valid_from_ms,
        how
)

select
    tracking,
    timeline,
    case when sides = 1 then valid_from_ms else shorter_ms end as from_ms,
    longer_ms as to_ms
from compared
where
    sides = 1
    or shorter_ms < longer_ms
