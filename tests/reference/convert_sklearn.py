#!/usr/bin/env python3
"""Rewrites the real sets of Debian's python3-sklearn as plain CSV with a header row.

Usage: convert_sklearn.py SKLEARN/datasets/data DIRECTORY

Values keep the text they have there (integers that are written as 1.51e+02 excepted);
class numbers become class names, so that a reader sees what is what. Origins and licences
stand in data/SOURCES.md.
"""

import csv
import gzip
import os
import sys

IRIS = ["sepal_length_cm", "sepal_width_cm", "petal_length_cm", "petal_width_cm"]
WINE = ["alcohol", "malic_acid", "ash", "alcalinity_of_ash", "magnesium",
        "total_phenols", "flavanoids", "nonflavanoid_phenols", "proanthocyanins",
        "color_intensity", "hue", "od280_od315", "proline"]
CELL = ["radius", "texture", "perimeter", "area", "smoothness", "compactness",
        "concavity", "concave_points", "symmetry", "fractal_dimension"]
DIABETES = ["age", "sex", "bmi", "bp", "tc", "ldl", "hdl", "tch", "ltg", "glu"]


def read(path, delimiter=","):
    opened = gzip.open(path, "rt") if path.endswith(".gz") else open(path)
    with opened as lines:
        return list(csv.reader(lines, delimiter=delimiter))


def write(path, head, rows):
    with open(path, "w", encoding="ascii", newline="\n") as out:
        for row in [head] + rows:
            out.write(",".join(row) + "\n")


def classes(source, name, columns, target):
    """A file whose first row is: rows, columns, class names."""
    rows = read(os.path.join(source, name))
    words = rows[0][2:]
    return columns + [target], [row[:-1] + [words[int(row[-1])]] for row in rows[1:]]


def digits(source):
    rows = read(os.path.join(source, "digits.csv.gz"))
    names = ["p%d%d" % (i, j) for i in range(8) for j in range(8)]
    return names + ["digit"], rows


def diabetes(source):
    x = read(os.path.join(source, "diabetes_data_raw.csv.gz"), " ")
    y = read(os.path.join(source, "diabetes_target.csv.gz"))
    rows = [[v for v in row if v] + ["%d" % float(t[0])] for row, t in zip(x, y)]
    return DIABETES + ["progression"], rows


def main(source, target):
    cells = [part + suffix for part in ("mean_", "se_", "worst_") for suffix in CELL]
    sets = {
        "iris": classes(source, "iris.csv", IRIS, "species"),
        "wine": classes(source, "wine_data.csv", WINE, "cultivar"),
        "breast_cancer": classes(source, "breast_cancer.csv", cells, "diagnosis"),
        "digits": digits(source),
        "diabetes": diabetes(source),
    }
    for name, (head, rows) in sets.items():
        assert all(len(row) == len(head) for row in rows)
        write(os.path.join(target, name + ".csv"), head, rows)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2])
