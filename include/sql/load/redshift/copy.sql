-- One row per row of the Parquet objects that the manifest lists; their columns come in the table's order.
copy {{ incoming }}
from '{{ manifest }}'
iam_role {{ 'default' if role == 'default' else "'" ~ role ~ "'" }}
format as parquet
manifest
