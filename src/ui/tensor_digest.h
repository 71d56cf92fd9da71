/*
 * Many numbers made few enough for a screen: their extent, a histogram, and a grid of
 * cells. Nothing that stands out gets lost on the way: what is not finite is counted and
 * marked, and a cell shows the one of its elements that is farthest from the centre.
 * Pure functions, any thread.
 */
#ifndef OB_UI_TENSOR_DIGEST_H
#define OB_UI_TENSOR_DIGEST_H

#include <stdbool.h>
#include <stddef.h>

struct ob_digest {
    size_t n;
    size_t nan, inf;   /* of them */
    double min, max;   /* of the finite ones; NAN when there are none */
    double mean, norm; /* of the finite ones */
    double median;     /* near it: within a thousandth of the range */
};

/* n may be 0. */
struct ob_digest ob_digest_of(const double *value, size_t n);

/* How many of the finite values lie in each of `bins` equal parts of min..max (the last
 * one holds max, too); equal values all lie in the middle one. */
void ob_digest_bins(const struct ob_digest *d, const double *value, size_t *count,
                    size_t bins);

/* The limits of a bin. */
void ob_digest_bin(const struct ob_digest *d, size_t bin, size_t bins, double *from,
                   double *to);

struct ob_digest_cell {
    double value; /* NAN where no element is finite */
    size_t at;    /* the element that is shown */
    bool bad;     /* one is NaN or infinite */
};

/* A matrix of rows x columns on h x w cells, h <= rows, w <= columns; elements from
 * rows * columns on, where `n` is less, are not there. */
struct ob_digest_grid {
    size_t rows, columns, n;
    size_t h, w;
};

/* The grid for a matrix of n elements and a place of at most h x w cells. */
struct ob_digest_grid ob_digest_grid_of(size_t n, size_t columns, size_t h, size_t w);

/* Fills cell[h * w]; `centre` is what a cell's element is far from. */
void ob_digest_cells(const struct ob_digest_grid *g, const double *value, double centre,
                     struct ob_digest_cell *cell);

/* The cell that element `at` is in. */
size_t ob_digest_cell_of(const struct ob_digest_grid *g, size_t at);

#endif
