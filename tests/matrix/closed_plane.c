/* Functions of a fixed number of parameters. */
#include <math.h>

#include "closed_forms.h"

#define PI 3.14159265358979323846

/* A function of (x, y) with its derivatives. */
struct jet {
    double v, x, y, xx, xy, yy;
};

static struct jet product(struct jet a, struct jet b)
{
    return (struct jet){
        a.v * b.v,
        a.x * b.v + a.v * b.x,
        a.y * b.v + a.v * b.y,
        a.xx * b.v + 2 * a.x * b.x + a.v * b.xx,
        a.xy * b.v + a.x * b.y + a.y * b.x + a.v * b.xy,
        a.yy * b.v + 2 * a.y * b.y + a.v * b.yy,
    };
}

/* u(a) where u has the value and derivatives u0, u1, u2 there. */
static struct jet chain(struct jet a, double u0, double u1, double u2)
{
    return (struct jet){
        u0,
        u1 * a.x,
        u1 * a.y,
        u2 * a.x * a.x + u1 * a.xx,
        u2 * a.x * a.y + u1 * a.xy,
        u2 * a.y * a.y + u1 * a.yy,
    };
}

/* Adds scale * a. */
static double add(struct jet a, double scale, double *g, double *h)
{
    g[0] += scale * a.x;
    g[1] += scale * a.y;
    h[0] += scale * a.xx;
    h[1] += scale * a.xy;
    h[2] += scale * a.xy;
    h[3] += scale * a.yy;
    return scale * a.v;
}

/* Adds a^2. */
static double residual(struct jet a, double *g, double *h)
{
    return add(product(a, a), 1, g, h);
}

/* t = c - x (1 - y^k) */
static double beale(size_t n, const double *p, double *g, double *h)
{
    static const double c[] = { 1.5, 2.25, 2.625 };
    double x = p[0], y = p[1], f = 0;
    (void)n;
    for (int i = 0; i < 3; i++) {
        double k = i + 1, power = pow(y, k), slope = k * pow(y, k - 1);
        double bend = k > 1 ? k * (k - 1) * pow(y, k - 2) : 0;
        f += residual((struct jet){ c[i] - x + x * power, power - 1, x * slope, 0, slope,
                                    x * bend },
                      g, h);
    }
    return f;
}

static double himmelblau(size_t n, const double *p, double *g, double *h)
{
    double x = p[0], y = p[1];
    (void)n;
    double f = residual((struct jet){ x * x + y - 11, 2 * x, 1, 2, 0, 0 }, g, h);
    return f + residual((struct jet){ x + y * y - 7, 1, 2 * y, 0, 0, 2 }, g, h);
}

static double booth(size_t n, const double *p, double *g, double *h)
{
    double x = p[0], y = p[1], a = x + 2 * y - 7, b = 2 * x + y - 5;
    (void)n;
    g[0] = 10 * x + 8 * y - 34;
    g[1] = 8 * x + 10 * y - 38;
    h[0] = h[3] = 10;
    h[1] = h[2] = 8;
    return a * a + b * b;
}

static double goldstein_price(size_t n, const double *p, double *g, double *h)
{
    double x = p[0], y = p[1];
    struct jet u = { x + y + 1, 1, 1, 0, 0, 0 }, v = { 2 * x - 3 * y, 2, -3, 0, 0, 0 };
    struct jet a = { 19 - 14 * x + 3 * x * x - 14 * y + 6 * x * y + 3 * y * y,
                     -14 + 6 * x + 6 * y,
                     -14 + 6 * x + 6 * y,
                     6,
                     6,
                     6 };
    struct jet b = { 18 - 32 * x + 12 * x * x + 48 * y - 36 * x * y + 27 * y * y,
                     -32 + 24 * x - 36 * y,
                     48 - 36 * x + 54 * y,
                     24,
                     -36,
                     54 };
    (void)n;
    struct jet first = product(product(u, u), a), second = product(product(v, v), b);
    first.v += 1;
    second.v += 30;
    return add(product(first, second), 1, g, h);
}

static double matyas(size_t n, const double *p, double *g, double *h)
{
    double x = p[0], y = p[1];
    (void)n;
    g[0] = 0.52 * x - 0.48 * y;
    g[1] = 0.52 * y - 0.48 * x;
    h[0] = h[3] = 0.52;
    h[1] = h[2] = -0.48;
    return 0.26 * (x * x + y * y) - 0.48 * x * y;
}

static double three_hump_camel(size_t n, const double *p, double *g, double *h)
{
    double x = p[0], y = p[1], s = x * x;
    (void)n;
    g[0] = x * (4 - 4.2 * s + s * s) + y;
    g[1] = x + 2 * y;
    h[0] = 4 - 12.6 * s + 5 * s * s;
    h[1] = h[2] = 1;
    h[3] = 2;
    return s * (2 - 1.05 * s + s * s / 6) + x * y + y * y;
}

static double six_hump_camel(size_t n, const double *p, double *g, double *h)
{
    double x = p[0], y = p[1], s = x * x, t = y * y;
    (void)n;
    g[0] = x * (8 - 8.4 * s + 2 * s * s) + y;
    g[1] = x + y * (16 * t - 8);
    h[0] = 8 - 25.2 * s + 10 * s * s;
    h[1] = h[2] = 1;
    h[3] = 48 * t - 8;
    return s * (4 - 2.1 * s + s * s / 3) + x * y + t * (4 * t - 4);
}

static double monkey_saddle(size_t n, const double *p, double *g, double *h)
{
    double x = p[0], y = p[1];
    (void)n;
    g[0] = 3 * (x * x - y * y);
    g[1] = -6 * x * y;
    h[0] = 6 * x;
    h[1] = h[2] = -6 * y;
    h[3] = -6 * x;
    return x * x * x - 3 * x * y * y;
}

static double branin(size_t n, const double *p, double *g, double *h)
{
    double x = p[0], y = p[1], b = 5.1 / (4 * PI * PI), c = 5 / PI;
    double k = 10 * (1 - 1 / (8 * PI));
    (void)n;
    double f = residual(
        (struct jet){ y - b * x * x + c * x - 6, c - 2 * b * x, 1, -2 * b, 0, 0 }, g, h);
    g[0] -= k * sin(x);
    h[0] -= k * cos(x);
    return f + k * cos(x) + 10;
}

static double mccormick(size_t n, const double *p, double *g, double *h)
{
    double x = p[0], y = p[1], s = sin(x + y), c = cos(x + y);
    (void)n;
    g[0] = c + 2 * (x - y) - 1.5;
    g[1] = c - 2 * (x - y) + 2.5;
    h[0] = h[3] = 2 - s;
    h[1] = h[2] = -2 - s;
    return s + (x - y) * (x - y) - 1.5 * x + 2.5 * y + 1;
}

/* cos(x) exp(-(x - pi)^2) and its derivatives. */
static void hole(double x, double *d)
{
    double u = x - PI, s = sin(x), c = cos(x), e = exp(-u * u);
    d[0] = c * e;
    d[1] = -(s + 2 * u * c) * e;
    d[2] = ((4 * u * u - 3) * c + 4 * u * s) * e;
}

static double easom(size_t n, const double *p, double *g, double *h)
{
    double a[3], b[3];
    (void)n;
    hole(p[0], a);
    hole(p[1], b);
    g[0] = -a[1] * b[0];
    g[1] = -a[0] * b[1];
    h[0] = -a[2] * b[0];
    h[1] = h[2] = -a[1] * b[1];
    h[3] = -a[0] * b[2];
    return -a[0] * b[0];
}

static double bohachevsky(size_t n, const double *p, double *g, double *h)
{
    double x = p[0], y = p[1];
    (void)n;
    g[0] = 2 * x + 0.9 * PI * sin(3 * PI * x);
    g[1] = 4 * y + 1.6 * PI * sin(4 * PI * y);
    h[0] = 2 + 2.7 * PI * PI * cos(3 * PI * x);
    h[3] = 4 + 6.4 * PI * PI * cos(4 * PI * y);
    return x * x + 2 * y * y - 0.3 * cos(3 * PI * x) - 0.4 * cos(4 * PI * y) + 0.7;
}

static double schaffer(size_t n, const double *p, double *g, double *h)
{
    double x = p[0], y = p[1];
    struct jet q = { x * x - y * y, 2 * x, -2 * y, 2, 0, -2 };
    struct jet r = { x * x + y * y, 2 * x, 2 * y, 2, 0, 2 };
    double s = sin(q.v), d = 1 + 0.001 * r.v;
    (void)n;
    struct jet wave = chain(q, s * s - 0.5, sin(2 * q.v), 2 * cos(2 * q.v));
    struct jet flat = chain(r, pow(d, -2), -0.002 * pow(d, -3), 6e-6 * pow(d, -4));
    return 0.5 + add(product(wave, flat), 1, g, h);
}

static double freudenstein_roth(size_t n, const double *p, double *g, double *h)
{
    double x = p[0], y = p[1];
    (void)n;
    double f = residual((struct jet){ -13 + x + 5 * y * y - y * y * y - 2 * y, 1,
                                      10 * y - 3 * y * y - 2, 0, 0, 10 - 6 * y },
                        g, h);
    return f + residual((struct jet){ -29 + x + y * y * y + y * y - 14 * y, 1,
                                      3 * y * y + 2 * y - 14, 0, 0, 6 * y + 2 },
                        g, h);
}

static double powell_badly_scaled(size_t n, const double *p, double *g, double *h)
{
    double x = p[0], y = p[1], a = exp(-x), b = exp(-y);
    (void)n;
    double f =
        residual((struct jet){ 1e4 * x * y - 1, 1e4 * y, 1e4 * x, 0, 1e4, 0 }, g, h);
    return f + residual((struct jet){ a + b - 1.0001, -a, -b, a, 0, b }, g, h);
}

static double brown_badly_scaled(size_t n, const double *p, double *g, double *h)
{
    double x = p[0], y = p[1];
    (void)n;
    double f = residual((struct jet){ x - 1e6, 1, 0, 0, 0, 0 }, g, h);
    f += residual((struct jet){ y - 2e-6, 0, 1, 0, 0, 0 }, g, h);
    return f + residual((struct jet){ x * y - 2, y, x, 0, 1, 0 }, g, h);
}

static double jennrich_sampson(size_t n, const double *p, double *g, double *h)
{
    double f = 0;
    (void)n;
    for (int i = 1; i <= 10; i++) {
        double a = exp(i * p[0]), b = exp(i * p[1]);
        f += residual(
            (struct jet){ 2 + 2 * i - a - b, -i * a, -i * b, -i * i * a, 0, -i * i * b },
            g, h);
    }
    return f;
}

/* Adds scale * (x[to] - x[from]^2)^2 + (1 - x[from])^2. */
static double valley(const double *x, size_t from, size_t to, double scale, double *g,
                     double *h)
{
    double a = x[from], t = x[to] - a * a;
    g[from] += -4 * scale * a * t - 2 * (1 - a);
    g[to] += 2 * scale * t;
    h[from * 4 + from] += 12 * scale * a * a - 4 * scale * x[to] + 2;
    h[from * 4 + to] -= 4 * scale * a;
    h[to * 4 + from] -= 4 * scale * a;
    h[to * 4 + to] += 2 * scale;
    return scale * t * t + (1 - a) * (1 - a);
}

static double wood(size_t n, const double *x, double *g, double *h)
{
    double s = x[1] + x[3] - 2, d = x[1] - x[3];
    (void)n;
    double f = valley(x, 0, 1, 100, g, h) + valley(x, 2, 3, 90, g, h);
    g[1] += 20 * s + 0.2 * d;
    g[3] += 20 * s - 0.2 * d;
    h[5] += 20.2;
    h[15] += 20.2;
    h[7] += 19.8;
    h[13] += 19.8;
    return f + 10 * s * s + 0.1 * d * d;
}

const struct closed_case closed_plane[] = {
    { "beale", "", beale },
    { "himmelblau", "", himmelblau },
    { "booth", "", booth },
    { "goldstein_price", "", goldstein_price },
    { "matyas", "", matyas },
    { "three_hump_camel", "", three_hump_camel },
    { "six_hump_camel", "", six_hump_camel },
    { "monkey_saddle", "", monkey_saddle },
    { "branin", "", branin },
    { "mccormick", "", mccormick },
    { "easom", "", easom },
    { "bohachevsky", "", bohachevsky },
    { "schaffer", "", schaffer },
    { "freudenstein_roth", "", freudenstein_roth },
    { "powell_badly_scaled", "", powell_badly_scaled },
    { "brown_badly_scaled", "", brown_badly_scaled },
    { "jennrich_sampson", "", jennrich_sampson },
    { "wood", "", wood },
    { 0 },
};
