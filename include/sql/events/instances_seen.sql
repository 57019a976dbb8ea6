-- One row per row of instances, with the earliest and the latest moment that an event of it may be of.
-- Sources: instances, added.
with seen as (
    select
        tracking,
        instance,
        min(client_ms + shift_ms) as first_ms,
        max(client_ms + shift_ms) as last_ms
    from added
    group by
        tracking,
        instance
)

select
    instances.tracking,
    instances.instance,
    instances.app_code,
    instances.app_version,
    instances.brand,
    instances.model,
    instances.os,
    instances.os_version,
    instances.language,
    instances.launch_id,
    instances.is_device,
    instances.is_server,
    instances.is_robot,
    instances.zone_offset,
    instances.launched_us,
    least(coalesce(instances.first_ms, seen.first_ms), coalesce(seen.first_ms, instances.first_ms)) as first_ms,
    greatest(coalesce(instances.last_ms, seen.last_ms), coalesce(seen.last_ms, instances.last_ms)) as last_ms
from instances
left join seen
    on
        instances.tracking = seen.tracking
        and instances.instance = seen.instance
