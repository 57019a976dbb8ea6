-- One row per city and hour that was measured. Amounts are of the hour from measured_at.
create table if not exists air_quality_measurements (
    city_id varchar(512) not null,
    measured_at timestamptz not null,
    pm25_ug_per_m3 double precision,
    no2_ug_per_m3 double precision,
    observed_at timestamptz not null,
    primary key (city_id, measured_at)
){{ placed(dist="measured_at", sort=["measured_at"]) }};
