#!/usr/bin/env python3
"""Coefficients of include/optbench/num/fmath.h and activation.h.

Remez exchange with a weight (so that the relative error of the function is levelled, not
that of the polynomial), in 60 decimal digits, standard library only. After each fit the
lowest free coefficient is rounded to the target precision and the rest is fitted again, so
that later coefficients make up for the rounding of earlier ones.

Prints, for each set, the coefficients in C's hexadecimal form and the largest relative
error in bits. Run it by hand; nothing in the build does.
"""
import struct
from decimal import Decimal as D, getcontext

getcontext().prec = 60
PI = D("3.14159265358979323846264338327950288419716939937510582097494459")


def sin_cos(r):
    s, c, term, k = D(0), D(0), D(1), 0
    while abs(term) > D(10) ** -58:
        if k % 2 == 0:
            c += term if k % 4 == 0 else -term
        else:
            s += term if k % 4 == 1 else -term
        k += 1
        term = term * r / k
    return s, c


def solve(a, b):
    n = len(b)
    for i in range(n):
        p = max(range(i, n), key=lambda r: abs(a[r][i]))
        a[i], a[p], b[i], b[p] = a[p], a[i], b[p], b[i]
        for r in range(i + 1, n):
            m = a[r][i] / a[i][i]
            for c in range(i, n):
                a[r][c] -= m * a[i][c]
            b[r] -= m * b[i]
    for i in reversed(range(n)):
        b[i] = (b[i] - sum(a[i][c] * b[c] for c in range(i + 1, n))) / a[i][i]
    return b


def horner(c, x):
    v = D(0)
    for k in reversed(c):
        v = v * x + k
    return v


def remez(f, weight, lo, hi, degree):
    """c of the polynomial with the least max |weight (f - p)| on [lo, hi]."""
    n = degree + 2
    at = [D("1e-7") + (lo + hi) / 2 + (lo - hi) / 2 * sin_cos(PI / 2 - PI * k / (n - 1))[0]
          for k in range(n)]
    grid = [lo + (hi - lo) * (k + D("0.5")) / 600 for k in range(600)]
    values = [(x, f(x), weight(x)) for x in grid]
    for _ in range(12):
        rows = [[x ** k for k in range(degree + 1)] +
                [(D(1) if i % 2 else D(-1)) / weight(x)] for i, x in enumerate(at)]
        c = solve(rows, [f(x) for x in at])[:-1]
        error = [(w * (v - horner(c, x)), x) for x, v, w in values]
        peaks, run = [], [error[0]]
        for e in error[1:]:
            if (e[0] > 0) != (run[-1][0] > 0):
                peaks.append(max(run, key=lambda p: abs(p[0])))
                run = []
            run.append(e)
        peaks.append(max(run, key=lambda p: abs(p[0])))
        while len(peaks) > n:
            peaks.pop(0 if abs(peaks[0][0]) < abs(peaks[-1][0]) else -1)
        if len(peaks) < n:
            break
        at = [x for _, x in peaks]
    return c, max(abs(e) for e, _ in error)


def rounded(x, bits):
    return D(struct.unpack("f", struct.pack("f", float(x)))[0]) if bits == 24 else D(float(x))


def fit(name, bits, f, weight, lo, hi, degree):
    done = []

    def rest(x):
        return (f(x) - horner(done, x)) / x ** len(done)

    for k in range(degree + 1):
        c, _ = remez(rest, lambda x: abs(weight(x) * x ** k), lo, hi, degree - k)
        done.append(rounded(c[0], bits))
    worst = max(abs(weight(x) * (f(x) - horner(done, x)))
                for x in (lo + (hi - lo) * (D(i) + D("0.37")) / 4000 for i in range(4000)))
    print(f"{name} f{32 if bits == 24 else 64}: error 2^{float(worst.ln() / D(2).ln()):.1f}")
    for c in done:
        print("   ", float(c).hex())


HALF_LN2 = D(2).ln() / 2 * D("1.002")
Z_LOG = ((D(2).sqrt() - 1) / (D(2).sqrt() + 1)) ** 2 * D("1.001")
Z_TRIG = (PI / 4) ** 2 * D("1.001")
TINY = D("1e-9")  # keeps 0 out of the intervals and off the nodes


def log_f(z):
    s = z.sqrt()
    return (((1 + s) / (1 - s)).ln() / s - 2) / z


def sets(bits, exp_degree, log_degree, sin_degree, cos_degree, pow_degree):
    fit("exp", bits, lambda r: (r.exp() - 1 - r) / (r * r), lambda r: r * r / (r.exp() - 1),
        -HALF_LN2, HALF_LN2 + TINY, exp_degree)
    fit("log", bits, log_f, lambda z: z / 2, TINY, Z_LOG, log_degree)
    fit("sin", bits, lambda z: (sin_cos(z.sqrt())[0] / z.sqrt() - 1) / z,
        lambda z: z * z.sqrt() / sin_cos(z.sqrt())[0], TINY, Z_TRIG, sin_degree)
    fit("cos", bits, lambda z: (sin_cos(z.sqrt())[1] - 1 + z / 2) / (z * z),
        lambda z: z * z / sin_cos(z.sqrt())[1], TINY, Z_TRIG, cos_degree)
    fit("pow", bits, lambda z: (log_f(z) - D(2) / 3) / z, lambda z: z * z / 2,
        TINY, Z_LOG, pow_degree)


def erfcx(x):
    """e^(x^2) erfc(x), x >= 0: by the series of erf, or by its continued fraction."""
    root = PI.sqrt()
    if x > 5:
        v = x
        for k in range(600, 0, -1):
            v = x + D(k) / 2 / v
        return 1 / (root * v)
    term, total, k = x, x, 0
    while term > D(10) ** -58:
        k += 1
        term = term * 2 * x * x / (2 * k + 1)
        total += term
    return (x * x).exp() - 2 / root * total


def scaled_tail(t):
    """(1 + 2 x) erfcx(x) at t = (x - 3) / (x + 3), smooth on [-1, 1]: Shepherd and
    Laframboise, "Chebyshev approximation of (1 + 2x) exp(x^2) erfc x", 1981."""
    x = 3 * (1 + t) / (1 - t)
    return (1 + 2 * x) * erfcx(x)


def chebyshev(name, bits, f, degree, nodes=48):
    """The truncated Chebyshev series of f on [-1, 1] as a polynomial in t."""
    at = [PI * (2 * k + 1) / (2 * nodes) for k in range(nodes)]
    values = [f(sin_cos(PI / 2 - a)[0]) for a in at]
    series = [2 * sum(v * sin_cos(PI / 2 - j * a)[0] for v, a in zip(values, at)) / nodes
              for j in range(degree + 1)]
    series[0] /= 2
    total, before, now = [D(0)] * (degree + 1), [D(1)], [D(0), D(1)]
    for c in series:
        for k, b in enumerate(before):
            total[k] += c * b
        after = [D(0)] + [2 * b for b in now]
        for k, b in enumerate(before):
            after[k] -= b
        before, now = now, after
    done = [rounded(c, bits) for c in total]
    worst = max(abs(horner(done, t) / f(t) - 1)
                for t in (D(2 * i + 1) / 400 - 1 for i in range(400)))
    print(f"{name} f{32 if bits == 24 else 64}: error 2^{float(worst.ln() / D(2).ln()):.1f}")
    for c in done:
        print("   ", float(c).hex())


if __name__ == "__main__":
    sets(24, 5, 2, 2, 2, 2)
    sets(53, 10, 6, 5, 5, 7)
    chebyshev("normal_cdf", 24, scaled_tail, 11)
    chebyshev("normal_cdf", 53, scaled_tail, 24)
