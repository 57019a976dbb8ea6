"""pyarrow with the system's memory allocator.

Arrow 25's default allocator (mimalloc) hangs or crashes a process that first loads it in a thread which then ends
(https://github.com/apache/arrow/issues/50908). Tasks therefore import this module in their main thread.
"""

import os

os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")

import pyarrow as pa

pa.set_memory_pool(pa.system_memory_pool())

__all__ = ["pa"]
