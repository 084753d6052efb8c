"""Compute exp, log, logistic and normal quantiles to the same bits on every processor.

Only ``+ - * /``, square roots, comparisons and exact scaling are used: neither the C library's
nor numpy's transcendental functions, whose last bits change with the processor.
"""

from __future__ import annotations

import math

import numpy as np

from kingmaker.compiled import inlined_kernel, kernel

_POWERS_OF_TWO = np.array([math.ldexp(1.0, k) for k in range(-1022, 1024)])
_LN2_HIGH = 6.93147180369123816490e-01
_LN2_LOW = 1.90821492927058770002e-10
_LOG2_E = 1.44269504088896338700
_LEAST_NORMAL = 2.0**-1022
_SUBNORMAL_SCALE = 2.0**54


@kernel
def exp(x: float) -> float:
    """Compute e**x.

    Parameters
    ----------
    x
        Exponent, dimensionless; below -700 the result is 0, above 700 it is that of 700.

    Returns
    -------
    e**x with a relative error below 4e-16: argument reduction by ln 2 (Cody and Waite) and the
    Taylor polynomial of degree 13.
    """
    if x < -700.0:
        return 0.0
    if x > 700.0:
        x = 700.0
    k = math.floor(x * _LOG2_E + 0.5)
    r = (x - k * _LN2_HIGH) - k * _LN2_LOW
    p = 1.0 / 6227020800.0
    p = p * r + 1.0 / 479001600.0
    p = p * r + 1.0 / 39916800.0
    p = p * r + 1.0 / 3628800.0
    p = p * r + 1.0 / 362880.0
    p = p * r + 1.0 / 40320.0
    p = p * r + 1.0 / 5040.0
    p = p * r + 1.0 / 720.0
    p = p * r + 1.0 / 120.0
    p = p * r + 1.0 / 24.0
    p = p * r + 1.0 / 6.0
    p = p * r + 0.5
    p = p * r + 1.0
    p = p * r + 1.0
    return float(p * _POWERS_OF_TWO[int(k) + 1022])


@inlined_kernel
def log(x: float) -> float:
    """Compute the natural logarithm.

    Parameters
    ----------
    x
        Argument, above 0 and finite.

    Returns
    -------
    log(x) with a relative error below 4e-16 (absolute near 1): exact scaling to
    [sqrt(1/2), sqrt(2)] and the series of 2 artanh((m - 1) / (m + 1)) to the 21st power. NaN for
    any other argument.
    """
    # The exponent is read from the bits, since a loop that calls the C library's frexp works on one
    # number at a time.
    is_subnormal = x < _LEAST_NORMAL
    bits = np.float64(x * _SUBNORMAL_SCALE if is_subnormal else x).view(np.int64)
    e = (bits >> 52) - (1022 + 54 if is_subnormal else 1022)
    m = np.int64(bits & 0x000FFFFFFFFFFFFF | 0x3FE0000000000000).view(np.float64)
    if m < 0.7071067811865476:
        m *= 2.0
        e -= 1
    f = (m - 1.0) / (m + 1.0)
    s = f * f
    p = 1.0 / 21.0
    p = p * s + 1.0 / 19.0
    p = p * s + 1.0 / 17.0
    p = p * s + 1.0 / 15.0
    p = p * s + 1.0 / 13.0
    p = p * s + 1.0 / 11.0
    p = p * s + 1.0 / 9.0
    p = p * s + 1.0 / 7.0
    p = p * s + 1.0 / 5.0
    p = p * s + 1.0 / 3.0
    value = e * _LN2_HIGH + (2.0 * f + (2.0 * f * s * p + e * _LN2_LOW))
    return value if 0.0 < x < math.inf else math.nan


@kernel
def logistic(x: float) -> float:
    """Compute 1 / (1 + e**-x) for `x` in logits; in [0, 1]."""
    if x >= 0.0:
        return 1.0 / (1.0 + exp(-x))
    z = exp(x)
    return z / (1.0 + z)


@kernel
def logit(p: float) -> float:
    """Compute log(p / (1 - p)) for a probability in (0, 1), in logits."""
    return log(p / (1.0 - p))


@kernel
def normal_quantile(p: float) -> float:
    """Compute the standard normal quantile of a probability in (0, 1).

    Returns
    -------
    Quantile with a relative error about 1e-15. Source: Wichura (1988), algorithm AS 241,
    PPND16, with our own logarithm.
    """
    q = p - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        num = 2.5090809287301226727e3
        num = num * r + 3.3430575583588128105e4
        num = num * r + 6.7265770927008700853e4
        num = num * r + 4.5921953931549871457e4
        num = num * r + 1.3731693765509461125e4
        num = num * r + 1.9715909503065514427e3
        num = num * r + 1.3314166789178437745e2
        num = num * r + 3.3871328727963666080e0
        den = 5.2264952788528545610e3
        den = den * r + 2.8729085735721942674e4
        den = den * r + 3.9307895800092710610e4
        den = den * r + 2.1213794301586595867e4
        den = den * r + 5.3941960214247511077e3
        den = den * r + 6.8718700749205790830e2
        den = den * r + 4.2313330701600911252e1
        den = den * r + 1.0
        return q * num / den
    r = p if q < 0.0 else 1.0 - p
    r = math.sqrt(-log(r))
    if r <= 5.0:
        r -= 1.6
        num = 7.74545014278341407640e-4
        num = num * r + 2.27238449892691845833e-2
        num = num * r + 2.41780725177450611770e-1
        num = num * r + 1.27045825245236838258e0
        num = num * r + 3.64784832476320460504e0
        num = num * r + 5.76949722146069140550e0
        num = num * r + 4.63033784615654529590e0
        num = num * r + 1.42343711074968357734e0
        den = 1.05075007164441684324e-9
        den = den * r + 5.47593808499534494600e-4
        den = den * r + 1.51986665636164571966e-2
        den = den * r + 1.48103976427480074590e-1
        den = den * r + 6.89767334985100004550e-1
        den = den * r + 1.67638483018380384940e0
        den = den * r + 2.05319162663775882187e0
        den = den * r + 1.0
    else:
        r -= 5.0
        num = 2.01033439929228813265e-7
        num = num * r + 2.71155556874348757815e-5
        num = num * r + 1.24266094738807843860e-3
        num = num * r + 2.65321895265761230930e-2
        num = num * r + 2.96560571828504891230e-1
        num = num * r + 1.78482653991729133580e0
        num = num * r + 5.46378491116411436990e0
        num = num * r + 6.65790464350110377720e0
        den = 2.04426310338993978564e-15
        den = den * r + 1.42151175831644588870e-7
        den = den * r + 1.84631831751005468180e-5
        den = den * r + 7.86869131145613259100e-4
        den = den * r + 1.48753612908506148525e-2
        den = den * r + 1.36929880922735805310e-1
        den = den * r + 5.99832206555887937690e-1
        den = den * r + 1.0
    value = num / den
    return -value if q < 0.0 else value
