"""Fit the eight numbers that bert.gelu uses for the tail of the bell curve, and print them with their error.

    python tools/data/fit_gelu.py

The form, share above x = 0.5 / (1 + c1 x + ... + c8 x^8)^8, is that of Abramowitz and Stegun (1964), 7.1.28, with two
more terms and half the power: five times as exact, and at single precision as good as an exact erf.
"""

from __future__ import annotations

import sys

import numpy as np
from scipy.special import erfc


def main() -> int:
    """Fit by least squares, again and again with more weight where the error was largest."""
    x = np.linspace(0, 6.5, 150_001)
    share = erfc(x / np.sqrt(2)) / 2
    root = (2 * share) ** (-1 / 8)
    powers = np.vander(x, 9, increasing=True)[:, 1:]
    # what counts is the error of x * share, as it enters gelu
    effect = x * share * 8 / root + 1e-12
    weight = effect.copy()
    for _ in range(60):
        fitted, *_ = np.linalg.lstsq(powers * weight[:, None], (root - 1) * weight, rcond=None)
        error = np.abs(powers @ fitted - (root - 1)) * effect
        weight *= 1 + 2 * error / error.max()
        weight /= weight.max()
    print(", ".join(f"{c:.9e}" for c in fitted))
    print(f"largest error of x * share: {np.abs(x * (0.5 / (1 + powers @ fitted) ** 8 - share)).max():.1e}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
