-- One row per city, forecast and time that it is for. made_at: the end of the window of the run that read the
-- forecast, by which it was known. Amounts are of the three hours up to forecast_at; probabilities are 0 to 1.
create table if not exists weather_forecasts (
    city_id varchar(512) not null,
    made_at timestamptz not null,
    forecast_at timestamptz not null,
    temperature_c double precision,
    feels_like_c double precision,
    temperature_min_c double precision,
    temperature_max_c double precision,
    pressure_hpa double precision,
    humidity_percent double precision,
    cloudiness_percent double precision,
    visibility_m double precision,
    wind_m_per_s double precision,
    gust_m_per_s double precision,
    wind_direction_deg double precision,
    weather_code bigint,
    weather varchar(65535),
    weather_description varchar(65535),
    precipitation_probability double precision,
    rain_3h_mm double precision,
    snow_3h_mm double precision,
    part_of_day varchar(65535),
    observed_at timestamptz not null,
    primary key (city_id, made_at, forecast_at)
){{ placed(dist="forecast_at", sort=["forecast_at"]) }};

-- One row per city and measurement that was read. Amounts are of the hour up to measured_at.
create table if not exists weather_current (
    city_id varchar(512) not null,
    measured_at timestamptz not null,
    temperature_c double precision,
    feels_like_c double precision,
    temperature_min_c double precision,
    temperature_max_c double precision,
    pressure_hpa double precision,
    humidity_percent double precision,
    cloudiness_percent double precision,
    visibility_m double precision,
    wind_m_per_s double precision,
    gust_m_per_s double precision,
    wind_direction_deg double precision,
    weather_code bigint,
    weather varchar(65535),
    weather_description varchar(65535),
    rain_1h_mm double precision,
    snow_1h_mm double precision,
    sunrise_at timestamptz,
    sunset_at timestamptz,
    utc_offset_seconds bigint,
    observed_at timestamptz not null,
    primary key (city_id, measured_at)
){{ placed(dist="measured_at", sort=["measured_at"]) }};
