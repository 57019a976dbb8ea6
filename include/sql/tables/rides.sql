-- One row per city, place and hour, as last observed: the rides that began there in the hour from hour_at (UTC).
-- place: an airport by its ICAO code, any other text for a district, '' for the whole city. The weather is as
-- measured, where the history has it. Filled from the lake's files below rides/, or by you.
create table if not exists rides_history (
    city_id varchar(512) not null,
    place varchar(512) not null,
    hour_at timestamptz not null,
    rides bigint not null,
    temperature_c double precision,
    rain_mm double precision,
    wind_m_per_s double precision,
    observed_at timestamptz not null,
    primary key (city_id, place, hour_at)
){{ placed(dist="hour_at", sort=["hour_at"]) }};
