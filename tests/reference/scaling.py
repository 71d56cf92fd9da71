#!/usr/bin/env python3
"""Standardised columns by pandas, for the test of [data] scale.

Writes scaling.csv: file,scale,column,shift,divisor,first,last for every feature of the
shipped regression sets: mean and standard deviation (standard: ddof 1, standard0: ddof 0)
or minimum and range (minmax), and the first and last value of the scaled column.
"""

import os

import pandas

HERE = os.path.dirname(os.path.abspath(__file__))
DATA = os.path.join(HERE, "..", "..", "data")
FILES = ("heights", "housing", "admission", "longley", "diabetes")
SCALES = {
    "standard": lambda c: (c.mean(), c.std()),
    "standard0": lambda c: (c.mean(), c.std(ddof=0)),
    "minmax": lambda c: (c.min(), c.max() - c.min()),
}


def main():
    path = os.path.join(HERE, "scaling.csv")
    with open(path, "w", encoding="ascii", newline="\n") as out:
        out.write("file,scale,column,shift,divisor,first,last\n")
        for name in FILES:
            frame = pandas.read_csv(os.path.join(DATA, name + ".csv"), dtype=str)
            frame = frame.map(float).iloc[:, :-1]
            for scale, facts in SCALES.items():
                for column in frame:
                    shift, divisor = facts(frame[column])
                    scaled = ((frame[column] - shift) / divisor).tolist()
                    numbers = (shift, divisor, scaled[0], scaled[-1])
                    out.write("%s,%s,%s," % (name, scale, column))
                    out.write(",".join("%.17g" % v for v in numbers) + "\n")


if __name__ == "__main__":
    main()
