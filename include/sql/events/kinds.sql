-- One row per tracking id and instance: whether the path part of its requests names a device or a server.
-- Sources: instances, registered (the app codes that events.toml declares).
select
    instances.tracking,
    instances.instance,
    instances.is_robot,
    case
        when registered.instance is not null or instances.is_server = 1 then 'server'
        when instances.is_device = 1 then 'device'
        else 'unknown'
    end as kind
from instances
left join registered
    on
        instances.tracking = registered.tracking
        and instances.instance = registered.instance
