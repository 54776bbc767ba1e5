#!/usr/bin/env python3
"""Writes fp_accuracy.inc: arguments of the transcendental instructions and their values to 128 bits, by mpmath."""
import random
from mpmath import mp, mpf, mpmathify, sin, cos, tan, atan2, log, log1p, expm1, floor, pi

mp.prec = 16000 + 400           # arguments up to 2^63 are reduced by pi; exponents reach -16382
rng = random.Random(80)
BIAS = 16383


def f80(lo, hi, positive=False):
    sig = rng.choice([rng.getrandbits(64), rng.getrandbits(64), ~0 << rng.randrange(63), 1 << rng.randrange(64)])
    return (1 << 63 | sig & (1 << 64) - 1, rng.randint(lo, hi) + BIAS, not positive and rng.random() < .5)


def value(v):
    sig, exp, sign = v
    return (-1 if sign else 1) * mpf(sig) * mpf(2) ** (exp - BIAS - 63)


def near_multiple_of_half_pi(e):
    """The 64-bit sig for which sig * 2^(e-63) comes close to a multiple of pi/2, by continued fractions."""
    x = mpf(2) ** (e - 63) * 2 / pi
    p0, q0, p1, q1 = 0, 1, 1, 0
    while True:
        a = int(floor(x))
        p0, q0, p1, q1 = p1, q1, a * p1 + p0, a * q1 + q0
        if q1 >= 1 << 64:
            break
        x = 1 / (x - a)
    while q0 < 1 << 63:
        q0 *= 2
    return (q0, e + BIAS, rng.random() < .5)


def row(name, x, y, r):
    if r == 0:
        return
    sign, m = r < 0, abs(r)
    exp = int(floor(log(m, 2)))
    sig = int(m * mpf(2) ** (127 - exp))
    if sig >> 128:
        sig, exp = sig >> 1, exp + 1
    if not sig >> 127:
        sig, exp = int(m * mpf(2) ** (128 - exp)), exp - 1
    if not 0 < exp + BIAS < 0x7fff:
        return
    se = lambda exp, sign: '0x%04X' % (exp | sign << 15)
    print('{%s, {0x%016X, %s}, {0x%016X, %s}, 0x%016X, 0x%016X, %s},' % (
        name, x[0], se(x[1], x[2]), y[0], se(y[1], y[2]), sig >> 64, sig & (1 << 64) - 1, se(exp + BIAS, sign)))


one = (1 << 63, BIAS, False)
trig = [f80(-70, -7) for _ in range(30)] + [f80(-8, -1) for _ in range(60)] + [f80(-1, 4) for _ in range(40)]
trig += [f80(5, 62) for _ in range(40)] + [near_multiple_of_half_pi(e) for e in range(0, 63, 2)]
for x in trig:
    v = value(x)
    row('Fsin', x, one, sin(v))
    row('Fcos', x, one, cos(v))
    row('Fptan', x, one, tan(v))
for x in [f80(-120, -8) for _ in range(40)] + [f80(-8, -1) for _ in range(160)]:
    row('F2xm1', x, one, expm1(value(x) * log(2)))
for x in [f80(0, 0, True) for _ in range(80)] + [f80(-1, -1, True) for _ in range(80)] + [f80(-16000, 16000, True) for _ in range(40)]:
    y = f80(-30, 30)
    row('Fyl2x', x, y, value(y) * log(value(x)) / log(2))
for n in range(1, 64):          # closer and closer to 1
    x = rng.choice([(1 << 63 | 1 << n, BIAS, False), ((1 << 64) - (1 << n), BIAS - 1, False)])
    row('Fyl2x', x, one, log(value(x)) / log(2))
for x in [f80(-100, -7) for _ in range(60)] + [f80(-8, -3) for _ in range(120)]:
    y = f80(-30, 30)
    row('Fyl2xp1', x, y, value(y) * log1p(value(x)) / log(2))
for n in range(240):
    x, y = (f80(-8000, 8000), f80(-8000, 8000)) if n % 8 == 0 else (f80(0, 3), f80(-6, 6))
    row('Fpatan', x, y, atan2(value(y), value(x)))
