/*
 * Which rates of sgd are stable. On a quadratic an eigenvector of eigenvalue l has an
 * iteration of its own, linear in the distance x and the buffer b; with k = 1 - dampening
 * and c = lr * l:
 *
 *   plain        x' = (1 - c) x                        stable for 0 < c < 2
 *   momentum m   b' = m b + k l x, x' = x - lr b'      trace 1 + m - k c, determinant m
 *   Nesterov     the same b', x' = x - lr (l x + m b')  trace (1 + m)(1 - c),
 *                                                      determinant m (1 - c)
 *
 * and the spectral radius of its matrix is what a step multiplies by in the long run. The
 * limits follow from the Jury conditions |determinant| < 1, 1 +- trace + determinant > 0.
 * Polyak, "Some methods of speeding up the convergence of iteration methods", 1964, has
 * that of the momentum; Nesterov's, 2 (1 + m) / (1 + 2 m), is Lessard, Recht, Packard,
 * "Analysis and design of optimization algorithms via integral quadratic constraints",
 * SIAM J. Optim. 26, 2016, for k = 1. weight_decay adds to l.
 */
#include "sgd.h"

#include <math.h>

/* Of the curvature as the rule feels it. */
static double felt(const struct sgd_opts *s, double lambda)
{
    return (s->maximize ? -lambda : lambda) + s->weight_decay;
}

double sgd_growth(const void *opts, double lr, double lambda)
{
    const struct sgd_opts *s = opts;
    double c = lr * felt(s, lambda), m = s->momentum;
    if (m == 0)
        return fabs(1 - c);
    double trace = 1 + m - (1 - s->dampening) * c, determinant = m;
    if (s->nesterov) {
        trace = 1 + m - (1 + m) * c;
        determinant = m * (1 - c);
    }
    double inside = trace * trace - 4 * determinant;
    return inside < 0 ? sqrt(determinant) : (fabs(trace) + sqrt(inside)) / 2;
}

bool sgd_rate_limit(const void *opts, double lambda, struct ob_rate_limit *out)
{
    const struct sgd_opts *s = opts;
    double l = felt(s, lambda), m = s->momentum, k = 1 - s->dampening;
    bool decay = s->weight_decay != 0;
    if (!(l > 0) || m >= 1 || (m != 0 && k == 0))
        return false;
    if (m == 0)
        *out = (struct ob_rate_limit){ 2 / l,
                                       decay ? "2/(lambda_max + weight_decay)"
                                             : "2/lambda_max",
                                       "gradient descent" };
    else if (s->nesterov)
        *out = (struct ob_rate_limit){
            2 * (1 + m) / ((1 + 2 * m) * l),
            decay ? "2(1 + momentum)/((1 + 2 momentum)(lambda_max + weight_decay))"
                  : "2(1 + momentum)/((1 + 2 momentum) lambda_max)",
            "gradient descent with Nesterov's momentum"
        };
    else
        *out = (struct ob_rate_limit){
            2 * (1 + m) / (k * l),
            k != 1  ? "2(1 + momentum)/((1 - dampening)(lambda_max + weight_decay))"
            : decay ? "2(1 + momentum)/(lambda_max + weight_decay)"
                    : "2(1 + momentum)/lambda_max",
            "gradient descent with momentum"
        };
    return true;
}
