-- One row per timeline and local day whose use has to be counted anew. Sources: touches, quarters, use_near,
-- changed_identities.
select
    touches.tracking,
    touches.timeline,
    quarters.local_day
from touches
inner join quarters
    on
        touches.tracking = quarters.tracking
        and cast(floor(touches.at_ms / 900000.0) as bigint) = quarters.quarter

union

select
    use_near.tracking,
    use_near.timeline,
    use_near.local_day
from use_near
inner join changed_identities
    on
        use_near.tracking = changed_identities.tracking
        and use_near.timeline = changed_identities.timeline
        and use_near.last_ms >= changed_identities.from_ms
        and use_near.first_ms < changed_identities.to_ms
