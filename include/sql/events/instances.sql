-- One row per tracking id and path part of requests: what it said of itself when it last started.
-- Sources: instances_before, launches, incoming.
with facts as (
    select
        tracking,
        instance,
        app_code,
        app_version,
        brand,
        model,
        os,
        os_version,
        language,
        id as launch_id,
        is_device,
        is_server,
        is_robot,
        zone_offset,
        received_us as launched_us,
        cast(null as bigint) as first_ms,
        cast(null as bigint) as last_ms
    from launches

    union all

    select
        tracking,
        instance,
        app_code,
        app_version,
        brand,
        model,
        os,
        os_version,
        language,
        launch_id,
        is_device,
        is_server,
        is_robot,
        zone_offset,
        launched_us,
        first_ms,
        last_ms
    from instances_before

    union all

    select
        tracking,
        instance,
        cast(null as varchar(256)) as app_code,
        cast(null as varchar(256)) as app_version,
        cast(null as varchar(256)) as brand,
        cast(null as varchar(256)) as model,
        cast(null as varchar(256)) as os,
        cast(null as varchar(256)) as os_version,
        cast(null as varchar(256)) as language,
        '' as launch_id,
        0 as is_device,
        0 as is_server,
        0 as is_robot,
        cast(null as bigint) as zone_offset,
        cast(0 as bigint) as launched_us,
        cast(null as bigint) as first_ms,
        cast(null as bigint) as last_ms
    from incoming
    group by
        tracking,
        instance
),

ranked as (
    select
        facts.*,
        max(is_device) over (partition by tracking, instance) as was_device,
        max(is_server) over (partition by tracking, instance) as was_server,
        max(is_robot) over (partition by tracking, instance) as was_robot,
        min(first_ms) over (partition by tracking, instance) as earliest_ms,
        max(last_ms) over (partition by tracking, instance) as latest_ms,
        row_number() over (
            partition by tracking, instance
            order by launched_us desc, launch_id desc
        ) as place
    from facts
)

select
    tracking,
    instance,
    app_code,
    app_version,
    brand,
    model,
    os,
    os_version,
    language,
    launch_id,
    was_device as is_device,
    was_server as is_server,
    was_robot as is_robot,
    zone_offset,
    launched_us,
    earliest_ms as first_ms,
    latest_ms as last_ms
from ranked
where place = 1
