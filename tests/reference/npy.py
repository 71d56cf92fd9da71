"""Arrays as numpy writes them, for tests/unit/base/test_npy.c and the corpus of fuzz_npy.

npy_grid, npy_column, npy_empty  what the program writes and reads
npy_fortran, _int, _single, _three   what it refuses
"""
import numpy as np

grid = np.array([[0.0, -0.0, 1.5, np.pi], [np.nan, np.inf, -np.inf, 5e-324],
                 [1e308, -2.0, 0.1, 1 / 3]])
np.save("npy_grid.npy", grid)
np.save("npy_column.npy", grid.ravel())
np.save("npy_empty.npy", np.zeros((0, 4)))
np.save("npy_fortran.npy", np.asfortranarray(grid))
np.save("npy_int.npy", np.arange(6))
np.save("npy_single.npy", grid.astype(np.float32))
np.save("npy_three.npy", grid.reshape(3, 2, 2))
