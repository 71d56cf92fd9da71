/*
 * Surfaces for the tests of pictures, without a function of the C library: their goldens
 * are the same everywhere.
 */
#ifndef OB_TEST_HILLS_H
#define OB_TEST_HILLS_H

#include <math.h>

#include "optbench/plot/terrain.h"

enum { HILLS_MOST = 65 };

struct hills {
    double z[HILLS_MOST * HILLS_MOST];
    struct ob_terrain t;
};

/* Rosenbrock's valley over -2..2 and -1..3. */
static inline void hills_valley(struct hills *h, int nx, int ny)
{
    h->t = (struct ob_terrain){ .z = h->z,
                                .nx = nx,
                                .ny = ny,
                                .x = { "w1", -2, 2 },
                                .y = { "w2", -1, 3 },
                                .name = "loss",
                                .log = true };
    for (int i = 0; i < nx * ny; i++) {
        double x = nx > 1 ? -2 + 4.0 * (i % nx) / (nx - 1) : 0;
        double y = ny > 1 ? -1 + 4.0 * (i / nx) / (ny - 1) : 1;
        h->z[i] = (1 - x) * (1 - x) + 100 * (y - x * x) * (y - x * x);
    }
}

/* A saddle with two hills over -1..1, heights of both signs. */
static inline void hills_saddle(struct hills *h, int n)
{
    h->t = (struct ob_terrain){
        .z = h->z, .nx = n, .ny = n, .x = { "u", -1, 1 }, .y = { "v", -1, 1 }, .name = "f"
    };
    for (int i = 0; i < n * n; i++) {
        double x = n > 1 ? 2.0 * (i % n) / (n - 1) - 1 : 0;
        double y = n > 1 ? 2.0 * (i / n) / (n - 1) - 1 : 0;
        h->z[i] =
            4 * x * y + 1 / (0.1 + (x - 0.4) * (x - 0.4) + (y - 0.4) * (y - 0.4)) / 3;
    }
}

/* Makes the knots i0..i1 of the rows j0..j1 holes. */
static inline void hills_hole(struct hills *h, int i0, int i1, int j0, int j1)
{
    for (int j = j0; j <= j1; j++)
        for (int i = i0; i <= i1; i++)
            h->z[j * h->t.nx + i] = (i + j) % 2 ? NAN : INFINITY;
}

#endif
