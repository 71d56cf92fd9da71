/* Functions of any number of parameters. */
#include <math.h>
#include <stdint.h>

#include "closed_forms.h"

#define PI 3.14159265358979323846

static double sphere(size_t n, const double *x, double *g, double *h)
{
    double f = 0;
    for (size_t i = 0; i < n; i++) {
        g[i] = 2 * x[i];
        h[i * n + i] = 2;
        f += x[i] * x[i];
    }
    return f;
}

/* Of condition 1000. */
static double ellipsoid(size_t n, const double *x, double *g, double *h)
{
    double f = 0;
    for (size_t i = 0; i < n; i++) {
        double w = pow(1000, (double)i / (double)(n - 1));
        g[i] = 2 * w * x[i];
        h[i * n + i] = 2 * w;
        f += w * x[i] * x[i];
    }
    return f;
}

static double rosenbrock(size_t n, const double *x, double *g, double *h)
{
    double f = 0;
    for (size_t i = 0; i + 1 < n; i++) {
        double t = x[i + 1] - x[i] * x[i], u = 1 - x[i];
        f += 100 * t * t + u * u;
        g[i] -= 400 * x[i] * t + 2 * u;
        g[i + 1] += 200 * t;
        h[i * n + i] += 1200 * x[i] * x[i] - 400 * x[i + 1] + 2;
        h[i * n + i + 1] -= 400 * x[i];
        h[(i + 1) * n + i] -= 400 * x[i];
        h[(i + 1) * n + i + 1] += 200;
    }
    return f;
}

static double rastrigin(size_t n, const double *x, double *g, double *h)
{
    double f = 10 * (double)n;
    for (size_t i = 0; i < n; i++) {
        g[i] = 2 * x[i] + 20 * PI * sin(2 * PI * x[i]);
        h[i * n + i] = 2 + 40 * PI * PI * cos(2 * PI * x[i]);
        f += x[i] * x[i] - 10 * cos(2 * PI * x[i]);
    }
    return f;
}

/* u(r) + v(m) with r the root of the mean square, m the mean cosine. */
static double ackley(size_t n, const double *x, double *g, double *h)
{
    double k = (double)n, squares = 0, cosines = 0;
    for (size_t i = 0; i < n; i++) {
        squares += x[i] * x[i];
        cosines += cos(2 * PI * x[i]);
    }
    double r = sqrt(squares / k), a = exp(-0.2 * r), c = exp(cosines / k);
    for (size_t i = 0; i < n; i++) {
        double ri = x[i] / (k * r), mi = -2 * PI / k * sin(2 * PI * x[i]);
        g[i] = 4 * a * ri - c * mi;
        for (size_t j = 0; j < n; j++) {
            double rj = x[j] / (k * r), mj = -2 * PI / k * sin(2 * PI * x[j]);
            h[i * n + j] = -0.8 * a * ri * rj - 4 * a * ri * rj / r - c * mi * mj;
        }
        h[i * n + i] += 4 * a / (k * r) + c * 4 * PI * PI / k * cos(2 * PI * x[i]);
    }
    return 20 + exp(1) - 20 * a - c;
}

static double styblinski_tang(size_t n, const double *x, double *g, double *h)
{
    double f = 0;
    for (size_t i = 0; i < n; i++) {
        double s = x[i] * x[i];
        g[i] = x[i] * (2 * s - 16) + 2.5;
        h[i * n + i] = 6 * s - 16;
        f += (s * s - 16 * s + 5 * x[i]) / 2;
    }
    return f;
}

static double levy(size_t n, const double *x, double *g, double *h)
{
    double f = 0;
    for (size_t i = 0; i < n; i++) {
        double w = 1 + (x[i] - 1) / 4, q = w - 1, a = PI * w + 1;
        double s = 1 + 10 * sin(a) * sin(a), s1 = 10 * PI * sin(2 * a),
               s2 = 20 * PI * PI * cos(2 * a);
        if (i == 0) {
            f += sin(PI * w) * sin(PI * w);
            g[i] += PI * sin(2 * PI * w) / 4;
            h[i * n + i] += 2 * PI * PI * cos(2 * PI * w) / 16;
        }
        if (i == n - 1) {
            s = 1 + sin(2 * PI * w) * sin(2 * PI * w);
            s1 = 2 * PI * sin(4 * PI * w);
            s2 = 8 * PI * PI * cos(4 * PI * w);
        }
        f += q * q * s;
        g[i] += (2 * q * s + q * q * s1) / 4;
        h[i * n + i] += (2 * s + 4 * q * s1 + q * q * s2) / 16;
    }
    return f;
}

static double griewank(size_t n, const double *x, double *g, double *h)
{
    double p = 1, f = 1;
    for (size_t i = 0; i < n; i++) {
        p *= cos(x[i] / sqrt((double)i + 1));
        f += x[i] * x[i] / 4000;
    }
    for (size_t i = 0; i < n; i++) {
        double ri = sqrt((double)i + 1), ti = tan(x[i] / ri) / ri;
        g[i] = x[i] / 2000 + p * ti;
        for (size_t j = 0; j < n; j++) {
            double rj = sqrt((double)j + 1), tj = tan(x[j] / rj) / rj;
            h[i * n + j] = i == j ? 1.0 / 2000 + p / (ri * ri) : -p * ti * tj;
        }
    }
    return f - p;
}

/* Adds s^2 + s^4 for s = sum weight i (x - shift). */
static double powers(size_t n, const double *x, double weight, double shift, double *g,
                     double *h)
{
    double s = 0;
    for (size_t i = 0; i < n; i++)
        s += weight * (double)(i + 1) * (x[i] - shift);
    for (size_t i = 0; i < n; i++) {
        double a = weight * (double)(i + 1);
        g[i] += (2 * s + 4 * s * s * s) * a;
        for (size_t j = 0; j < n; j++)
            h[i * n + j] += (2 + 12 * s * s) * a * weight * (double)(j + 1);
    }
    return s * s + s * s * s * s;
}

static double zakharov(size_t n, const double *x, double *g, double *h)
{
    double f = sphere(n, x, g, h);
    return f + powers(n, x, 0.5, 0, g, h);
}

static double variably_dimensioned(size_t n, const double *x, double *g, double *h)
{
    double f = powers(n, x, 1, 1, g, h);
    for (size_t i = 0; i < n; i++) {
        g[i] += 2 * (x[i] - 1);
        h[i * n + i] += 2;
        f += (x[i] - 1) * (x[i] - 1);
    }
    return f;
}

/* Adds scale * (x[i] + c x[j])^k. */
static double form(size_t n, const double *x, size_t i, size_t j, double c, double scale,
                   double k, double *g, double *h)
{
    double t = x[i] + c * x[j];
    double slope = scale * k * pow(t, k - 1), bend = scale * k * (k - 1) * pow(t, k - 2);
    g[i] += slope;
    g[j] += slope * c;
    h[i * n + i] += bend;
    h[i * n + j] += bend * c;
    h[j * n + i] += bend * c;
    h[j * n + j] += bend * c * c;
    return scale * pow(t, k);
}

static double powell_singular(size_t n, const double *x, double *g, double *h)
{
    double f = 0;
    for (size_t i = 0; i < n; i += 4) {
        f += form(n, x, i, i + 1, 10, 1, 2, g, h);
        f += form(n, x, i + 2, i + 3, -1, 5, 2, g, h);
        f += form(n, x, i + 1, i + 2, -2, 1, 4, g, h);
        f += form(n, x, i, i + 3, -1, 10, 4, g, h);
    }
    return f;
}

static double dixon_price(size_t n, const double *x, double *g, double *h)
{
    double f = (x[0] - 1) * (x[0] - 1);
    g[0] = 2 * (x[0] - 1);
    h[0] = 2;
    for (size_t i = 1; i < n; i++) {
        double k = (double)(i + 1), t = 2 * x[i] * x[i] - x[i - 1];
        f += k * t * t;
        g[i] += 8 * k * t * x[i];
        g[i - 1] -= 2 * k * t;
        h[i * n + i] += k * (48 * x[i] * x[i] - 8 * x[i - 1]);
        h[i * n + i - 1] -= 8 * k * x[i];
        h[(i - 1) * n + i] -= 8 * k * x[i];
        h[(i - 1) * n + i - 1] += 2 * k;
    }
    return f;
}

static double trid(size_t n, const double *x, double *g, double *h)
{
    double f = 0;
    for (size_t i = 0; i < n; i++) {
        f += (x[i] - 1) * (x[i] - 1) - (i > 0 ? x[i] * x[i - 1] : 0);
        g[i] = 2 * (x[i] - 1) - (i > 0 ? x[i - 1] : 0) - (i + 1 < n ? x[i + 1] : 0);
        h[i * n + i] = 2;
        if (i > 0)
            h[i * n + i - 1] = h[(i - 1) * n + i] = -1;
    }
    return f;
}

static double michalewicz(size_t n, const double *x, double *g, double *h)
{
    double f = 0;
    for (size_t i = 0; i < n; i++) {
        double k = (double)(i + 1), s = sin(x[i]), c = cos(x[i]);
        double a = k * x[i] * x[i] / PI, a1 = 2 * k * x[i] / PI, a2 = 2 * k / PI;
        double w = sin(a), v = cos(a), w18 = pow(w, 18), w20 = w18 * w * w;
        double p1 = 20 * w18 * w * v * a1;
        double p2 = 20 * (19 * w18 * v * v - w20) * a1 * a1 + 20 * w18 * w * v * a2;
        f -= s * w20;
        g[i] = -(c * w20 + s * p1);
        h[i * n + i] = -(-s * w20 + 2 * c * p1 + s * p2);
    }
    return f;
}

const struct closed_case closed_many[] = {
    { "sphere", "dimension=1", sphere },
    { "sphere", "dimension=5", sphere },
    { "ellipsoid", "dimension=2 condition=1000", ellipsoid },
    { "ellipsoid", "dimension=5 condition=1000", ellipsoid },
    { "rosenbrock", "", rosenbrock },
    { "rosenbrock", "dimension=5", rosenbrock },
    { "rastrigin", "dimension=3", rastrigin },
    { "ackley", "", ackley },
    { "ackley", "dimension=5", ackley },
    { "styblinski_tang", "dimension=3", styblinski_tang },
    { "levy", "dimension=1", levy },
    { "levy", "dimension=2", levy },
    { "levy", "dimension=5", levy },
    { "griewank", "dimension=1", griewank },
    { "griewank", "dimension=5", griewank },
    { "zakharov", "", zakharov },
    { "zakharov", "dimension=5", zakharov },
    { "variably_dimensioned", "dimension=5", variably_dimensioned },
    { "powell_singular", "", powell_singular },
    { "powell_singular", "dimension=8", powell_singular },
    { "dixon_price", "", dixon_price },
    { "dixon_price", "dimension=5", dixon_price },
    { "trid", "dimension=6", trid },
    { "michalewicz", "dimension=5", michalewicz },
    { 0 },
};
