#!/usr/bin/env python3
"""Generates the three synthetic look-alikes in data/.

The notebooks that optbench grew out of use three small sets whose licence is unknown, so
they are not shipped. These have the same columns, sizes and scales and show the same
phenomena, but every row comes from the generator below: Python's Mersenne Twister (whose
random() is the same in every version) with a fixed seed, Box-Muller, rounding. No row of
the originals was looked at while writing it; only their ranges, means and spreads were.

Usage: make_lookalikes.py DIRECTORY
"""

import math
import os
import random
import sys


class Draw:
    """Uniform and normal numbers from one seed."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def uniform(self, low, high):
        return low + (high - low) * self.random.random()

    def normal(self, mean, std):
        radius = math.sqrt(-2.0 * math.log(1.0 - self.random.random()))
        return mean + std * radius * math.cos(2.0 * math.pi * self.random.random())


def clip(value, low, high):
    return min(max(value, low), high)


def heights(draw):
    """Boys between two and eight years: about 6 cm a year around a straight line."""
    yield "age_years,height_m"
    for _ in range(49):
        age = draw.uniform(2.1, 7.9)
        height = 0.752 + 0.0638 * age + draw.normal(0.0, 0.042)
        yield "%.7f,%.8f" % (age, height)


def housing(draw):
    """Flats and houses: price by area with a little bedroom effect and much noise."""
    yield "living_area_sqft,bedrooms,price_usd"
    for _ in range(46):
        area = int(clip(math.exp(draw.normal(7.52, 0.38)), 820, 4500))
        bedrooms = int(clip(round(draw.normal(1.9 + 0.00062 * area, 0.62)), 1, 5))
        price = 88000 + 136.0 * area - 6500.0 * bedrooms + draw.normal(0.0, 64000.0)
        yield "%d,%d,%d" % (area, bedrooms, clip(round(price / 100), 1650, 7200) * 100)


def admission(draw):
    """Two exam scores in half points and whether the student was admitted."""
    yield "exam1,exam2,admitted"
    for _ in range(79):
        ability = draw.normal(0.0, 1.0)
        exam1 = clip(37.5 + 7.0 * ability + draw.normal(0.0, 6.8), 15, 62)
        exam2 = clip(67.0 + 7.0 * ability + draw.normal(0.0, 7.0), 41, 88)
        logit = -15.2 + 0.145 * exam1 + 0.157 * exam2
        admitted = draw.random.random() < 1.0 / (1.0 + math.exp(-logit))
        yield "%g,%g,%d" % (round(2 * exam1) / 2, round(2 * exam2) / 2, admitted)


SETS = (
    ("heights", heights, 20211004),
    ("housing", housing, 20211005),
    ("admission", admission, 20211006),
)


def main(directory):
    for name, rows, seed in SETS:
        path = os.path.join(directory, name + ".csv")
        with open(path, "w", encoding="ascii", newline="\n") as out:
            for row in rows(Draw(seed)):
                out.write(row + "\n")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
