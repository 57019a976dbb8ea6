"""What Redshift lacks or refuses of what PostgreSQL takes, each with the page of AWS's documentation that says so.

Pages are below docs.aws.amazon.com/redshift/latest/dg/. Patterns are matched against statements in lower case,
without their comments and without what is inside quotes (see `bare`).
"""

import re
from typing import NamedTuple


class Lack(NamedTuple):
    what: str
    pattern: str
    page: str


_FEATURES = "c_unsupported-postgresql-features.html"
_FUNCTIONS = "c_unsupported-postgresql-functions.html"
_TYPES = "c_unsupported-postgresql-datatypes.html"

LACKS = (
    Lack("merge with a condition beside matched", r"\bwhen\s+(not\s+)?matched\s+and\b", "r_MERGE.html"),
    Lack("merge into an alias", r"\bmerge\s+into\s+\w+\s+(as\s+)?(?!using\b)\w+", "r_MERGE.html"),
    Lack("on conflict", r"\bon\s+conflict\b", "r_INSERT_30.html"),
    Lack("returning", r"\breturning\b", "r_INSERT_30.html"),
    Lack("distinct on", r"\bdistinct\s+on\b", "r_SELECT_list.html"),
    Lack("filter (where)", r"\bfilter\s*\(", "c_Aggregate_Functions.html"),
    Lack("lateral", r"\blateral\b", "r_FROM_clause30.html"),
    Lack("for update", r"\bfor\s+(update|share)\b", "r_SELECT_synopsis.html"),
    Lack("except all, intersect all", r"\b(except|intersect)\s+all\b", "r_UNION.html"),
    Lack("is distinct from", r"\bis\s+(not\s+)?distinct\s+from\b", "r_comparison_condition.html"),
    Lack("system columns", r"\b(ctid|xmin|xmax|cmin|cmax|tableoid)\b", _FEATURES),
    Lack("indexes", r"\bcreate\s+(unique\s+)?index\b", _FEATURES),
    Lack("check constraints", r"\bcheck\s*\(", _FEATURES),
    Lack("inheritance, partitions", r"\binherits\s*\(|\bpartition\s+of\b", _FEATURES),
    Lack("nulls first in windows", r"\bnulls\s+(first|last)\b", _FEATURES),
    Lack("arrays", r"\barray\b|\[|\bunnest\b|\barray_agg\b|\bany\s*\(", _FEATURES),
    Lack("values lists as tables", r"\bfrom\s*\(\s*values\b", _FEATURES),
    Lack("sequences", r"\bnextval\b|\b(big)?serial\b", _FEATURES),
    Lack("triggers", r"\bcreate\s+(or\s+replace\s+)?trigger\b", _FEATURES),
    Lack("types", r"\b(jsonb|json|uuid|bytea|xml|money|tsvector|citext|inet|tsrange|tstzrange)\b", _TYPES),
    Lack("text, which becomes varchar(256)", r"\btext\b", "r_Character_types.html"),
    Lack("regclass", r"\bregclass\b|\bto_regclass\b", _TYPES),
    Lack(
        "functions",
        r"\b(generate_series|string_agg|age|date_bin|make_interval|make_timestamp|to_char_array|format)\s*\(",
        _FUNCTIONS,
    ),
    Lack("lock modes", r"\block\b[^;]*\bmode\b", "r_LOCK.html"),
    Lack("on commit drop", r"\bon\s+commit\b", "r_CREATE_TABLE_NEW.html"),
    Lack("savepoints", r"\bsavepoint\b", "c_SQL_commands.html"),
    Lack("truncate, which commits", r"\btruncate\b", "r_TRUNCATE.html"),
    Lack("copy from the client", r"\bcopy\b[^;]*\bfrom\s+(stdin|program)\b", "r_COPY.html"),
    Lack(
        "parameters of copy that Parquet does not take",
        r"\bcopy\b[^;]*\bparquet\b[^;]*\b(region|maxerror|compupdate|gzip|snappy|zstd|emptyasnull|timeformat)\b",
        "copy-usage_notes-copy-from-columnar.html",
    ),
    Lack("keys in SQL, which are ours to avoid", r"\b(access_key_id|secret_access_key|credentials)\b", "r_COPY.html"),
)

RESERVED = frozenset(
    re.findall(
        r"\w+",
        """
    aes128 aes256 all allowoverwrite analyse analyze and any array as asc authorization az64 backup between
    binary blanksasnull both bytedict bzip2 case cast check collate column constraint create credentials cross
    current_date current_time current_timestamp current_user current_user_id default deferrable deflate defrag
    delta delta32k desc disable distinct do else emptyasnull enable encode encrypt encryption end except
    explicit false for foreign freeze from full globaldict256 globaldict64k grant group gzip having identity
    ignore ilike in initially inner intersect interval into is isnull join leading left like limit localtime
    localtimestamp lun luns lzo lzop minus mostly16 mostly32 mostly8 natural new not notnull null nulls off
    offline offset oid old on only open or order outer overlaps parallel partition percent permissions pivot
    placing primary raw readratio recover references rejectlog resort respect restore right select session_user
    similar snapshot some sysdate system table tag tdes text255 text32k then timestamp to top trailing true
    truncatecolumns union unique unnest unpivot user using verbose wallet when where with without
    """,
    )
)
"""Words that no column may be called without quotes (r_pg_keywords.html)."""


def bare(statement: str) -> str:
    """A statement without its comments and without what is inside quotes, in lower case."""
    return re.sub(r"'[^']*'", "''", re.sub(r"--.*", "", statement)).lower()


def lacking(statement: str) -> list[Lack]:
    """What of the list is in a statement."""
    return [lack for lack in LACKS if re.search(lack.pattern, bare(statement))]
