"""What a process holds in memory stays there: no core file, and no look into it from the same account."""

import contextlib
import ctypes
import resource
import sys

# From linux/prctl.h.
_PR_SET_DUMPABLE = 4


def keep() -> None:
    """Turn core files off for this process and all that it starts; on Linux, also close it to other processes.

    The second is for this process alone. With it a crash goes to no collector of crashes either (which the limit does
    not stop), and another process of the same account, such as the public door, can read nothing of it.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        # A system without this call still has the limit.
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
