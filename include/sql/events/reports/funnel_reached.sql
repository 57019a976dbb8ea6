-- One row per funnel, person and local day of entering that came one step further within the window, in order.
-- Sources: reached (the step before), step_now (the funnels' step that is asked for), person_events.
select
    reached.tracking,
    reached.funnel,
    reached.local_day,
    reached.person,
    reached.entered_ms,
    min(person_events.at_ms) as reached_ms
from reached
inner join step_now
    on
        reached.tracking = step_now.tracking
        and reached.funnel = step_now.funnel
inner join person_events
    on
        reached.tracking = person_events.tracking
        and reached.person = person_events.person
        and step_now.type = person_events.type
        and person_events.at_ms > reached.reached_ms
        and person_events.at_ms <= reached.entered_ms + step_now.window_days * 86400000
group by
    reached.tracking,
    reached.funnel,
    reached.local_day,
    reached.person,
    reached.entered_ms
