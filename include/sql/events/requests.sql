-- One row per tracking id, instance, received day and request: when it came, and the newest time in it.
-- Sources: requests_before, incoming. Times of more than 400 days ahead are no clock's: they tell nothing.
with lines as (
    select
        tracking,
        instance,
        received_day,
        request,
        received_us,
        sent_ms,
        case
            when client_ms <= cast(floor(received_us / 1000.0) as bigint) + 34560000000 then client_ms
        end as newest_ms,
        is_python,
        zone_offset
    from incoming

    union all

    select
        tracking,
        instance,
        received_day,
        request,
        received_us,
        sent_ms,
        newest_ms,
        is_python,
        zone_offset
    from requests_before
)

select
    tracking,
    instance,
    received_day,
    request,
    min(received_us) as received_us,
    max(sent_ms) as sent_ms,
    max(newest_ms) as newest_ms,
    max(is_python) as is_python,
    max(zone_offset) as zone_offset
from lines
group by
    tracking,
    instance,
    received_day,
    request
