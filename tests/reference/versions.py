"""What the reference files beside this one were computed with."""

import os
import platform


def write_versions(directory, *modules):
    with open(os.path.join(directory, "VERSIONS"), "w", encoding="ascii") as out:
        out.write("python %s\n" % platform.python_version())
        for module in modules:
            out.write("%s %s\n" % (module.__name__, module.__version__.split("+")[0]))
