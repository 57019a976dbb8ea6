-- One row per product and day on which people were active, for people and BI tools. Source: active_users_daily.
create or replace view product_active_users as
select
    tracking_id,
    day,
    dau,
    wau,
    mau,
    stickiness,
    new_users,
    returning_users,
    known_users,
    anonymous_devices,
    bots_left_out,
    bot_events_left_out,
    is_settled,
    observed_at as computed_at
from active_users_daily;
comment on column product_active_users.tracking_id is 'the product, by the tracking id of its events';
comment on column product_active_users.day is 'a day in the product''s own time zone';
comment on column product_active_users.dau is 'people active on the day, robots left out';
comment on column product_active_users.wau is 'people active on it or the six days before; never the sum of the days';
comment on column product_active_users.mau is 'people active on it or the 27 days before; never the sum of the days';
comment on column product_active_users.stickiness is 'dau / mau';
comment on column product_active_users.new_users is 'people never seen before';
comment on column product_active_users.returning_users is 'people seen before';
comment on column product_active_users.known_users is 'people who are signed in, or were taken for somebody who is';
comment on column product_active_users.anonymous_devices is 'devices of nobody known';
comment on column product_active_users.bots_left_out is 'devices taken for robots, which are in no other figure';
comment on column product_active_users.bot_events_left_out is 'what those did';
comment on column product_active_users.is_settled is 'three days have passed since; a later figure is still counted, and rare';
comment on column product_active_users.computed_at is 'when the figures were counted';

-- One row per product and day on which sessions began, for people and BI tools. Source: sessions_daily.
create or replace view product_sessions as
select
    tracking_id,
    day,
    sessions,
    engaged_sessions,
    length_p50_seconds,
    length_p90_seconds,
    events,
    launches,
    crossing_midnight,
    bot_sessions_left_out,
    is_settled,
    observed_at as computed_at
from sessions_daily;
comment on column product_sessions.tracking_id is 'the product, by the tracking id of its events';
comment on column product_sessions.day is 'a day in the product''s own time zone';
comment on column product_sessions.sessions is 'sessions that began, robots left out';
comment on column product_sessions.engaged_sessions is 'longer than 10 seconds, with a key event, or with two views';
comment on column product_sessions.length_p50_seconds is 'half of them are longer';
comment on column product_sessions.length_p90_seconds is 'one in ten is longer';
comment on column product_sessions.events is 'events in them';
comment on column product_sessions.launches is 'starts of the app in them';
comment on column product_sessions.crossing_midnight is 'sessions that ended on a later day';
comment on column product_sessions.bot_sessions_left_out is 'sessions of robots, which are in no other figure';
comment on column product_sessions.is_settled is 'three days have passed since; a later figure is still counted, and rare';
comment on column product_sessions.computed_at is 'when the figures were counted';

-- One row per product and cohort and week after its first, for people and BI tools. Source: retention_cohorts_weekly.
create or replace view product_retention as
select
    tracking_id,
    cohort_week,
    week_offset,
    cohort_size,
    retained,
    retained_or_later,
    retained_share,
    is_complete,
    is_settled,
    observed_at as computed_at
from retention_cohorts_weekly;
comment on column product_retention.tracking_id is 'the product, by the tracking id of its events';
comment on column product_retention.cohort_week is 'the Monday of the week in which the people were first seen';
comment on column product_retention.week_offset is 'weeks since then, 0 for the week itself';
comment on column product_retention.cohort_size is 'people first seen in that week';
comment on column product_retention.retained is 'of them active in this week';
comment on column product_retention.retained_or_later is 'of them active in this week or any later one';
comment on column product_retention.retained_share is 'retained / cohort_size';
comment on column product_retention.is_complete is 'the week is over';
comment on column product_retention.is_settled is 'three days have passed since; a later figure is still counted, and rare';
comment on column product_retention.computed_at is 'when the figures were counted';

-- One row per product and funnel, day of entering and step, for people and BI tools. Source: funnel_steps_daily.
create or replace view product_funnels as
select
    tracking_id,
    day,
    funnel,
    step,
    event_type,
    entered,
    reached,
    reached_share,
    median_seconds,
    window_days,
    is_complete,
    is_settled,
    observed_at as computed_at
from funnel_steps_daily;
comment on column product_funnels.tracking_id is 'the product, by the tracking id of its events';
comment on column product_funnels.day is 'a day in the product''s own time zone';
comment on column product_funnels.funnel is 'its name in events.toml';
comment on column product_funnels.step is 'from 1';
comment on column product_funnels.event_type is 'the event that is the step';
comment on column product_funnels.entered is 'people who did the first step on the day';
comment on column product_funnels.reached is 'of them those who came to this step within the window';
comment on column product_funnels.reached_share is 'reached / entered';
comment on column product_funnels.median_seconds is 'from the first step to this one';
comment on column product_funnels.window_days is 'how long people have';
comment on column product_funnels.is_complete is 'the window of all who entered is over';
comment on column product_funnels.is_settled is 'three days have passed since; a later figure is still counted, and rare';
comment on column product_funnels.computed_at is 'when the figures were counted';

-- One row per product and day and event type, for people and BI tools. Source: feature_use_daily.
create or replace view product_features as
select
    tracking_id,
    day,
    event_type,
    users,
    events,
    active_users,
    adoption,
    expected_share,
    first_seen_day,
    is_settled,
    observed_at as computed_at
from feature_use_daily;
comment on column product_features.tracking_id is 'the product, by the tracking id of its events';
comment on column product_features.day is 'a day in the product''s own time zone';
comment on column product_features.event_type is 'what was done';
comment on column product_features.users is 'people who did it';
comment on column product_features.events is 'how often it was done, by servers for nobody too';
comment on column product_features.active_users is 'people active on the day';
comment on column product_features.adoption is 'users / active_users';
comment on column product_features.expected_share is 'the adoption that events.toml expects';
comment on column product_features.first_seen_day is 'the first day on which it was ever done';
comment on column product_features.is_settled is 'three days have passed since; a later figure is still counted, and rare';
comment on column product_features.computed_at is 'when the figures were counted';

-- One row per product and day and make of device, for people and BI tools. Source: devices_daily.
create or replace view product_devices as
select
    tracking_id,
    day,
    brand,
    model,
    os,
    os_version,
    language,
    app_code,
    app_version,
    zone_offset_minutes,
    devices,
    users,
    events,
    is_settled,
    observed_at as computed_at
from devices_daily;
comment on column product_devices.tracking_id is 'the product, by the tracking id of its events';
comment on column product_devices.day is 'a day in the product''s own time zone';
comment on column product_devices.brand is 'as the device says; empty where it does not';
comment on column product_devices.model is 'as the device says';
comment on column product_devices.os is 'operating system';
comment on column product_devices.os_version is 'its version';
comment on column product_devices.language is 'the device''s language';
comment on column product_devices.app_code is 'the app';
comment on column product_devices.app_version is 'its version';
comment on column product_devices.zone_offset_minutes is 'the device''s clock less UTC';
comment on column product_devices.devices is 'active devices';
comment on column product_devices.users is 'people active on them';
comment on column product_devices.events is 'what they did';
comment on column product_devices.is_settled is 'three days have passed since; a later figure is still counted, and rare';
comment on column product_devices.computed_at is 'when the figures were counted';

-- One row per product and day and step from one event type to the next, for people and BI tools. Source: paths_daily.
create or replace view product_paths as
select
    tracking_id,
    day,
    from_type,
    to_type,
    moves,
    place,
    is_settled,
    observed_at as computed_at
from paths_daily;
comment on column product_paths.tracking_id is 'the product, by the tracking id of its events';
comment on column product_paths.day is 'a day in the product''s own time zone';
comment on column product_paths.from_type is 'what was done, or (start) of a session';
comment on column product_paths.to_type is 'what was done next, or (exit)';
comment on column product_paths.moves is 'how often';
comment on column product_paths.place is '1 for the day''s most frequent, up to 50';
comment on column product_paths.is_settled is 'three days have passed since; a later figure is still counted, and rare';
comment on column product_paths.computed_at is 'when the figures were counted';

-- One row per product and day of receipt, for people and BI tools. Source: event_quality_daily.
create or replace view product_event_quality as
select
    tracking_id,
    day,
    received,
    kept,
    duplicates,
    late_under_1_day,
    late_1_to_3_days,
    late_over_3_days,
    clock_corrected,
    clock_uncertain,
    time_implausible,
    over_quota,
    bot_agent,
    listened_seconds,
    is_settled,
    observed_at as computed_at
from event_quality_daily;
comment on column product_event_quality.tracking_id is 'the product, by the tracking id of its events';
comment on column product_event_quality.day is 'a day in the product''s own time zone';
comment on column product_event_quality.received is 'events that came, copies included';
comment on column product_event_quality.kept is 'events that were new';
comment on column product_event_quality.duplicates is 'received less kept';
comment on column product_event_quality.late_under_1_day is 'kept, and received an hour or more after they happened';
comment on column product_event_quality.late_1_to_3_days is 'kept, and that late';
comment on column product_event_quality.late_over_3_days is 'kept, and too late for a day that had settled';
comment on column product_event_quality.clock_corrected is 'from a device whose clock is wrong by a known amount';
comment on column product_event_quality.clock_uncertain is 'delayed, or from a clock that is slow: taken as sent';
comment on column product_event_quality.time_implausible is 'over 35 days old or a day ahead: the time of receipt stands instead';
comment on column product_event_quality.over_quota is 'beyond what was agreed; counted all the same';
comment on column product_event_quality.bot_agent is 'from software that says it is a robot';
comment on column product_event_quality.listened_seconds is 'how long the collector listened: without, no events means nothing';
comment on column product_event_quality.is_settled is 'three days have passed since; a later figure is still counted, and rare';
comment on column product_event_quality.computed_at is 'when the figures were counted';
