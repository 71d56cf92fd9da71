/*
 * Sums and spreads of columns, as numpy and pandas compute them, so that a scaled column
 * here has the same bits as there.
 */
#ifndef OB_SRC_DATA_FACTS_H
#define OB_SRC_DATA_FACTS_H

#include "optbench/data/dataset.h"

/* Fills min, mean, max and std (ddof 1); n >= 1. */
void ob_facts(const double *v, size_t n, struct ob_column_facts *out);

/* Sum of squared distances from `mean`. */
double ob_facts_squares(const double *v, size_t n, double mean);

#endif
