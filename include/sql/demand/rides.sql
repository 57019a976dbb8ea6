-- One row per city, place and hour of the window with rides. Source: rides_history.
select
    city_id,
    place,
    hour_at,
    rides,
    temperature_c,
    rain_mm,
    wind_m_per_s
from rides_history
where
    hour_at >= %(since)s
    and hour_at < %(until)s
order by city_id, place, hour_at
