-- One row per city, place and hour of the forecast made at a moment. Source: demand_forecasts.
select
    city_id,
    place,
    hour_at,
    rides,
    rides_low,
    rides_high,
    rides_usual,
    method,
    factor_rain,
    factor_temperature,
    factor_wind,
    factor_arrivals,
    factor_holiday
from demand_forecasts
where made_at = %(made_at)s
order by city_id, place, hour_at
