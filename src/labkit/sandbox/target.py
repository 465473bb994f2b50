"""What the attacks of ``labkit doctor`` aim at: a process that holds a secret, tells where, and lets everybody trace it.

Started as ``python -I -S -B target.py``; the secret is the first line of its input, and the end of the input is its end.
"""

import ctypes
import os
import sys

PR_SET_DUMPABLE, PR_SET_PTRACER, ANY_PROCESS = 4, 0x59616D61, 2**64 - 1
NOBODY = 65534


def main() -> None:
    """Whatever may protect one process from another is given up, so that only the locks of the attacker are left."""
    secret = ctypes.create_string_buffer(sys.stdin.readline().strip().encode())
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    libc = ctypes.CDLL(None)
    libc.prctl(PR_SET_DUMPABLE, ctypes.c_ulong(1), 0, 0, 0)
    # Yama, where the kernel has it, lets nobody but an ancestor trace; elsewhere this option is unknown, and not needed.
    libc.prctl(PR_SET_PTRACER, ctypes.c_ulong(ANY_PROCESS), 0, 0, 0)
    print(ctypes.addressof(secret), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
