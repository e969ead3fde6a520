"""What kernels compute the error function by: branch-free formulas on one number, compiled for both dtypes.

What has a namesake in `polynomials32` is that one in float32.
Source of the coefficients: Remez's algorithm; those of `scaled_erfc` are all positive, so that no digits are lost.
"""

from __future__ import annotations

from gradlab.kernels.polynomials import exp, exp_minus_half_square, exp_minus_square
from gradlab.numeric import DENSITY, ROOT_HALF


def erf_tail(u: float) -> float:
    """Return erf(x) / x for u = x², up to 1/4."""
    w = u * u
    low = (1.1283791670955126 + u * -0.37612638903183467) + w * (0.11283791670924815 + u * -0.026866170632716322)
    high = (0.0052239773703324076 + u * -0.00085482975247480914) + w * (0.00012053324323883583 + u * -1.4845583855073263e-5)
    return low + w * w * (high + w * w * 1.4723215352848859e-6)


def scaled_erfc(t: float) -> float:
    """Return exp(t²) · erfc(t) for t from 0 to 28, a quotient of polynomials; beyond it is that of 28."""
    t = 28.0 if t > 28.0 else t
    above = (6.2950654933914306e-5 * t + 0.00119598021936461934) * t + 0.0111269485282401744
    above = ((above * t + 0.0655765110233516614) * t + 0.267749540752987381) * t + 0.782736758392275072
    above = ((above * t + 1.63851516742082034) * t + 2.37797296033733564) * t + 2.19254877838158109
    below = (0.000111577130754954335 * t + 0.00211981974537337569) * t + 0.0197777913361592023
    below = ((below * t + 0.117291249242201769) * t + 0.484378920723378626) * t + 1.44442047660713761
    below = ((below * t + 3.13175880050814581) * t + 4.85305276665971689) * t + 5.12523886943962766
    return (above * t + 1.0) / ((below * t + 3.32092794547707921) * t + 1.0)


def erfc(x: float) -> float:
    """Return 1 - erf(x); for a negative x it is 2 less that of -x."""
    small = exp_minus_square(x) * scaled_erfc(abs(x))
    return 2.0 - small if x < 0.0 else small


def erf(x: float) -> float:
    """Return the error function: by its series near 0, else what is left of erfc."""
    size, square = abs(x), x * x
    size = size * erf_tail(square) if size < 0.5 else 1.0 - exp(-square) * scaled_erfc(size)
    return -size if x < 0.0 else size if x > 0.0 else x


def normal_cdf(x: float) -> float:
    """Return how much of the standard normal distribution lies below x."""
    small = 0.5 * (exp_minus_half_square(x) * scaled_erfc(ROOT_HALF * abs(x)))
    return small if x < 0.0 else 1.0 - small


def normal_density(x: float) -> float:
    """Return the density of the standard normal distribution."""
    return DENSITY * exp_minus_half_square(x)
