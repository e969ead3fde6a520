"""What kernels compute functions of angles by, and the angles of numbers: branch-free formulas on one number.

sin, cos and tan hold for angles up to `numeric.FAR_ANGLE`; beyond kernels ask the library. They are at most three units in the
last place off (`tests/kernels/test_polynomials.py`). What has no namesake in `polynomials32` is compiled for both dtypes.
Source of the coefficients: Remez's algorithm; of the reduction: Cody & Waite, *Software Manual for the Elementary Functions*,
1980.
"""

from __future__ import annotations

from math import sqrt

from gradlab.kernels.polynomials import MAGIC, bits_float, float_bits

PER_PI = 0.3183098861837907
PI_HIGH = 3.141592651605606
PI_MIDDLE = 1.9841871583270443e-09
PI_LOW = 1.03403659577805e-18
PI_LEAST = 5.807711947958721e-28
"""π in four parts. All but the last have at most 30 bits: their product with a number of turns up to 2**21 is exact."""
HALF_PI = 1.5707963267948966
HALF_PI_REST = 6.123233995736766e-17


def less(x: float, n: float) -> float:
    """Return x - n · π, for a whole or half n below 2**20."""
    return (((x - n * PI_HIGH) - n * PI_MIDDLE) - n * PI_LOW) - n * PI_LEAST


def in_half_turns(x: float) -> float:
    """Return the angle from -π/2 to π/2 whose sine is that of x."""
    shifted = x * PER_PI + MAGIC
    n = shifted - MAGIC
    return bits_float(float_bits(less(x, n)) ^ (float_bits(shifted) << 63))


def in_half_turns_and_a_quarter(x: float) -> float:
    """Return the angle from -π/2 to π/2 whose sine is the cosine of x."""
    shifted = (x * PER_PI - 0.5) + MAGIC
    n = (shifted - MAGIC) + 0.5
    return bits_float(float_bits(less(x, n)) ^ ((float_bits(shifted) + 1) << 63))


def in_quarter_turns(x: float) -> tuple[float, bool]:
    """Return the angle from -π/4 to π/4 that is so many quarter turns from x, and whether these are odd."""
    shifted = x * (2.0 * PER_PI) + MAGIC
    return less(x, 0.5 * (shifted - MAGIC)), (float_bits(shifted) & 1) == 1


def sin_tail(u: float) -> float:
    """Return (sin(r) - r) / r³ for u = r², up to (π/2)²."""
    w = u * u
    low = (-0.16666666666666666 + u * 0.0083333333333331943) + w * (-0.00019841269841209223 + u * 2.7557319211137262e-6)
    high = (-2.505210687274599e-8 + u * 1.6058939700257541e-10) + w * (-7.6429912698180916e-13 + u * 2.7211719053637067e-15)
    return low + w * w * high


def cos_tail(u: float) -> float:
    """Return (cos(r) - 1 + r²/2) / r⁴ for u = r², up to (π/4)²."""
    w = u * u
    low = (0.041666666666666593 + u * -0.0013888888888873056) + w * (2.480158728885047e-5 + u * -2.7557314178699071e-7)
    return low + w * w * (2.0875700735639869e-9 + u * -1.1358529984170207e-11)


def sine(r: float) -> float:
    """Return sin(r) for abs(r) <= π/2."""
    return r + r * (r * r) * sin_tail(r * r)


def sin(x: float) -> float:
    """Return the sine of an angle."""
    found = sine(in_half_turns(x))
    return x if x == 0.0 else found


def cos(x: float) -> float:
    """Return the cosine of an angle."""
    return sine(in_half_turns_and_a_quarter(x))


def tan(x: float) -> float:
    """Return the tangent of an angle."""
    r, odd = in_quarter_turns(x)
    u = r * r
    s, c = r + r * u * sin_tail(u), 1.0 - (0.5 * u - u * u * cos_tail(u))
    found = (-c if odd else s) / (s if odd else c)
    return x if x == 0.0 else found


def short_tan(x: float) -> float:
    """Return the tangent to 2**-33 of itself."""
    r, odd = in_quarter_turns(x)
    u = r * r
    s = r + r * u * (-0.16666666626143069 + u * (0.0083333311082190088 + u * (-0.00019840868146547246 + u * 2.75e-6)))
    c = 1.0 - (0.5 * u - u * u * (0.041666645704243062 + u * (-0.001388731683431576 + u * 2.4433189703653911e-5)))
    found = (-c if odd else s) / (s if odd else c)
    return x if x == 0.0 else found


def atan_tail(u: float) -> float:
    """Return (atan(x) - x) / x³ for u = x², up to 1."""
    w = u * u
    v = w * w
    a = (-0.33333333333333068 + u * 0.19999999999951443) + w * (-0.14285714282574105 + u * 0.1111111100699985)
    b = (-0.090909070025894792 + u * 0.076922798352955354) + w * (-0.066664040299932235 + u * 0.058805276771557276)
    c = (-0.052535180452412117 + u * 0.047223208050444387) + w * (-0.042191759754560316 + u * 0.036641863163069409)
    d = (-0.029903800985363633 + u * 0.021984802577768674) + w * (-0.013900528993793159 + u * 0.0071964917848514394)
    e = (-0.002884917497915276 + u * 0.00083132307169745569) + w * (-0.00015216143576759374 + u * 1.3225160302245488e-5)
    return a + v * (b + v * (c + v * (d + v * e)))


def right_angle_less(t: float) -> float:
    """Return π/2 - t."""
    return HALF_PI - (t - HALF_PI_REST)


def straight_angle_less(t: float) -> float:
    """Return π - t."""
    return 2.0 * HALF_PI - (t - 2.0 * HALF_PI_REST)


def atan(x: float) -> float:
    """Return the angle whose tangent is x; beyond 1 it is a right angle less that of 1 / x."""
    size = abs(x)
    far = size > 1.0
    t = 1.0 / size if far else size
    t = t + t * (t * t) * atan_tail(t * t)
    size = right_angle_less(t) if far else t
    return -size if x < 0.0 else size if x > 0.0 else x


def atan2(y: float, x: float) -> float:
    """Return the angle of a point: that of the shorter coordinate by the longer, put into its eighth of the circle."""
    tall, wide = abs(y), abs(x)
    steep = tall > wide
    t = (wide if steep else tall) / (tall if steep else wide)
    t = 1.0 if tall == wide else t  # two infinities
    t = tall if wide == 0.0 and tall == 0.0 else t
    t = t + t * (t * t) * atan_tail(t * t)
    t = right_angle_less(t) if steep else t
    t = straight_angle_less(t) if float_bits(x) < 0 else t
    return -t if float_bits(y) < 0 else t


def asin_tail(u: float) -> float:
    """Return (asin(x) - x) / x³ for u = x², up to 1/4."""
    w = u * u
    low = (0.16666666666666761 + u * 0.074999999999706372) + w * (0.044642857174775442 + u * 0.030381942699539906)
    middle = (0.022372215230529407 + u * 0.017351607470332096) + w * (0.013980877065967956 + u * 0.011398433712701365)
    high = (0.0107830216228081 + u * 0.0036956327156425221) + w * (0.021734416836382074 + u * -0.02103826453354423)
    return low + w * w * (middle + w * w * (high + w * w * 0.03265377250567918))


def asin(x: float) -> float:
    """Return the angle whose sine is x; beyond 1/2 from the half of what it lacks to a right angle."""
    size = abs(x)
    far = size > 0.5
    u = 0.5 * (1.0 - size) if far else x * x
    s = sqrt(u) if far else size
    s = s + s * u * asin_tail(u)
    size = right_angle_less(2.0 * s) if far else s
    return -size if x < 0.0 else size if x > 0.0 else x


def acos(x: float) -> float:
    """Return the angle whose cosine is x, as `asin` does; what is far from 0 is twice the half."""
    size = abs(x)
    far = size > 0.5
    u = 0.5 * (1.0 - size) if far else x * x
    s = sqrt(u) if far else size
    s = s + s * u * asin_tail(u)
    rest = right_angle_less(-s if x < 0.0 and not far else s)
    return (2.0 * s if x > 0.0 else 2.0 * rest) if far else rest
