/* Orthogonal matrices by chance, the same on every machine. Private to src/model. */
#ifndef OB_MODEL_ROTATION_H
#define OB_MODEL_ROTATION_H

#include <stddef.h>
#include <stdint.h>

/* Fills q [n * n], row-major, with a matrix drawn evenly from the orthogonal ones: Q of
 * the QR decomposition, by Householder's reflections, of a matrix of normal variates, its
 * columns with the signs of the diagonal of R (Stewart, "The efficient generation of
 * random orthogonal matrices", SIAM J. Numer. Anal. 17, 1980; Mezzadri, Notices of the
 * AMS 54, 2007). */
void rotation_draw(size_t n, uint64_t seed, double *q);

#endif
