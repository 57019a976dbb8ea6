-- One row per tracking id, local day and make of device: devices and people active there. Sources: use_all, instances,
-- report_days. What a device says of itself is what it said last.
with active as (
    select
        tracking,
        local_day,
        timeline,
        person,
        sum(events) as events
    from use_all
    where
        bot = ''
        and timeline like 'device:%'
    group by
        tracking,
        local_day,
        timeline,
        person
)

select
    report_days.tracking as tracking_id,
    report_days.local_day as day,
    coalesce(instances.brand, '') as brand,
    coalesce(instances.model, '') as model,
    coalesce(instances.os, '') as os,
    coalesce(instances.os_version, '') as os_version,
    coalesce(instances.language, '') as language,
    coalesce(instances.app_code, '') as app_code,
    coalesce(instances.app_version, '') as app_version,
    coalesce(instances.zone_offset, 0) as zone_offset_minutes,
    count(distinct active.timeline) as devices,
    count(distinct active.person) as users,
    cast(sum(active.events) as bigint) as events,
    report_days.is_settled
from report_days
inner join active
    on
        report_days.tracking = active.tracking
        and report_days.local_day = active.local_day
inner join instances
    on
        active.tracking = instances.tracking
        and active.timeline = 'device:' || instances.instance
group by
    report_days.tracking,
    report_days.local_day,
    coalesce(instances.brand, ''),
    coalesce(instances.model, ''),
    coalesce(instances.os, ''),
    coalesce(instances.os_version, ''),
    coalesce(instances.language, ''),
    coalesce(instances.app_code, ''),
    coalesce(instances.app_version, ''),
    coalesce(instances.zone_offset, 0),
    report_days.is_settled
