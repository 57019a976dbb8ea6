-- Leaves one row per key of the incoming rows: the one observed last, and for equal times the one that came last.
delete from incoming
using (
    select
        ctid as place,
        row_number() over (
            partition by {{ key | join(', ') }}
            order by observed_at desc, ctid desc
        ) as version
    from incoming
) as versions
where
    incoming.ctid = versions.place
    and versions.version > 1
