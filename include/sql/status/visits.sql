-- One row per property: visits begun, new visitors and the last minute known. Source: google_analytics_traffic.
select
    property_id,
    sum(coalesce(sessions, 0)) as visits,
    sum(coalesce(new_users, 0)) as new_visitors,
    max(at) as last_at
from google_analytics_traffic
where
    at >= %(since)s
    and at < %(until)s
group by property_id
