-- One row per training (as_of), city and place: the errors of its forecasts in the backtest, and those of the seasonal
-- naive forecast. city_id '' and place '' together: over all cities and places. Never changed once written.
create table if not exists demand_backtests (
    as_of timestamptz not null,
    city_id varchar(512) not null,
    place varchar(512) not null,
    -- poisson, seasonal naive; how the place is forecast. '' over all
    method varchar(32) not null,
    hours bigint not null,
    folds bigint not null,
    -- mean absolute error of the model and of the seasonal naive forecast, in rides an hour
    mae double precision,
    naive_mae double precision,
    rmse double precision,
    -- mean of forecast minus actual rides: above 0, too high
    bias double precision,
    rides_mean double precision,
    -- share of the hours that lay within the 80 % interval
    coverage_80 double precision,
    -- share of the hours whose weather was forecast then, not measured
    foretold_share double precision,
    -- the lake's object with the model's parameters
    parameters_key varchar(512) not null,
    primary key (as_of, city_id, place)
){{ placed(dist="all", sort=["as_of"]) }};

-- One row per forecast (made_at), city, place and hour: the rides expected to begin there, within an 80 % interval.
-- rides_usual: the same with weather, arrivals and day as usual. A factor of 1.2: the driver makes it 20 % more than
-- usual. Never changed once written.
create table if not exists demand_forecasts (
    made_at timestamptz not null,
    city_id varchar(512) not null,
    place varchar(512) not null,
    hour_at timestamptz not null,
    rides double precision not null,
    rides_low double precision,
    rides_high double precision,
    rides_usual double precision,
    -- poisson, seasonal naive
    method varchar(32) not null,
    factor_rain double precision,
    factor_temperature double precision,
    factor_wind double precision,
    factor_arrivals double precision,
    factor_holiday double precision,
    factor_level double precision,
    primary key (made_at, city_id, place, hour_at)
){{ placed(dist="hour_at", sort=["made_at", "hour_at"]) }};

-- One row per forecast (made_at), city, place and period in which rides will differ from the usual: how many scooters
-- to bring (above 0) or to take away (below 0). Never changed once written.
create table if not exists demand_advice (
    made_at timestamptz not null,
    city_id varchar(512) not null,
    place varchar(512) not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    scooters bigint not null,
    -- sums over the period
    rides double precision not null,
    rides_usual double precision not null,
    rides_low double precision,
    rides_high double precision,
    why varchar(1024) not null,
    primary key (made_at, city_id, place, starts_at)
){{ placed(dist="all", sort=["made_at"]) }};
