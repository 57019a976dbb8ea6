-- One row per city and hour of the window, as it was last forecast by known_at. Source: weather_forecasts.
-- A forecast is for the three hours up to forecast_at: each hour has a third of the precipitation. Temperature and wind
-- at the beginning of an hour are interpolated from the forecast three hours earlier, where there was one.
with made as (
    select
        city_id,
        forecast_at,
        made_at,
        temperature_c,
        wind_m_per_s,
        precipitation_probability,
        rain_3h_mm,
        snow_3h_mm,
        row_number() over (partition by city_id, forecast_at order by made_at desc) as place
    from weather_forecasts
    where
        made_at <= %(known_at)s
        and forecast_at > %(since)s - 3 * interval '1 hour'
        and forecast_at < %(until)s + 3 * interval '1 hour'
),

forecasts as (
    select
        city_id,
        forecast_at,
        made_at,
        temperature_c,
        wind_m_per_s,
        precipitation_probability,
        rain_3h_mm / 3 as rain_mm,
        snow_3h_mm / 3 as snow_mm,
        lag(forecast_at) over (partition by city_id order by forecast_at) as before_at,
        lag(temperature_c) over (partition by city_id order by forecast_at) as temperature_before_c,
        lag(wind_m_per_s) over (partition by city_id order by forecast_at) as wind_before_m_per_s
    from made
    where place = 1
),

steps as (
    select 0 as hours
    union all
    select 1 as hours
    union all
    select 2 as hours
),

hours as (
    select
        forecasts.city_id,
        forecasts.forecast_at - (3 - steps.hours) * interval '1 hour' as hour_at,
        forecasts.made_at,
        forecasts.precipitation_probability,
        forecasts.rain_mm,
        forecasts.snow_mm,
        case
            when forecasts.before_at = forecasts.forecast_at - 3 * interval '1 hour' then coalesce(
                forecasts.temperature_before_c
                + (forecasts.temperature_c - forecasts.temperature_before_c) * steps.hours / 3,
                forecasts.temperature_c
            )
            else forecasts.temperature_c
        end as temperature_c,
        case
            when forecasts.before_at = forecasts.forecast_at - 3 * interval '1 hour' then coalesce(
                forecasts.wind_before_m_per_s
                + (forecasts.wind_m_per_s - forecasts.wind_before_m_per_s) * steps.hours / 3,
                forecasts.wind_m_per_s
            )
            else forecasts.wind_m_per_s
        end as wind_m_per_s,
        row_number() over (
            partition by forecasts.city_id, forecasts.forecast_at - (3 - steps.hours) * interval '1 hour'
            order by forecasts.made_at desc, forecasts.forecast_at
        ) as place
    from forecasts
    cross join steps
)

select
    city_id,
    hour_at,
    cast(%(known_at)s as timestamptz) as known_at,
    made_at,
    temperature_c,
    precipitation_probability,
    rain_mm,
    snow_mm,
    wind_m_per_s,
    coalesce(precipitation_probability, 0) >= 0.5 or rain_mm > 0 as is_rainy,
    temperature_c < 10 as is_cold,
    wind_m_per_s > 8 as is_windy
from hours
where
    place = 1
    and hour_at >= %(since)s
    and hour_at < %(until)s
