"""One thread for all products of matrices: how a sum is split among threads decides its last bits.

No number of threads but one keeps the bits, so there is no choice: with two, OpenBLAS 0.3.31 gave other last bits for a quarter
of 498 shapes. The rows of a product cannot be shared out by ourselves either: it takes other kernels for small products.
NumPy and SciPy bring a BLAS each. One that is loaded is limited by a call, one that is loaded later by an environment variable.
"""

from __future__ import annotations

import os

VARIABLES = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


def one_thread() -> None:
    """Fix every BLAS of this process at one thread, whatever its environment says."""
    from threadpoolctl import threadpool_limits

    for name in VARIABLES:
        os.environ[name] = "1"
    threadpool_limits(1, user_api="blas")
