/*
 * A sine and a logarithm from + - * / alone, so that a picture does not depend on the C
 * library of the machine. Good to a few units of the last place, which is more than dots
 * need. For src/plot alone.
 */
#ifndef OB_PLOT_PLAIN_MATH_H
#define OB_PLOT_PLAIN_MATH_H

/* Of whole degrees, any. */
double ob_sin_degrees(int degrees);
double ob_cos_degrees(int degrees);

/* v > 0 and finite. */
double ob_plain_log2(double v);

#endif
