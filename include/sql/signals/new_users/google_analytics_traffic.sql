-- One row per property and five minutes with any activity: the new users. Source: google_analytics_traffic.
-- A window that begins or ends inside a slot cuts it; the parts are added up.
with minutes as (
    select
        property_id,
        cast(date_trunc('hour', at) as timestamptz)
        + floor(extract(minute from at) / 5) * 5 * interval '1 minute' as slot_at,
        new_users as value
    from google_analytics_traffic
    where
        at >= %(since)s
        and at < %(until)s
)

select
    property_id as subject,
    slot_at,
    sum(coalesce(value, 0)) as value
from minutes
group by property_id, slot_at
