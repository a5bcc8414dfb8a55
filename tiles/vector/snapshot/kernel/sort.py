"""Numbers in order, where no array may be made."""

from __future__ import annotations

from tiles.vector.snapshot.kernel.compiled import leaf


@leaf
def order_of(values, n, order):
    """Write the places of the first `n` values into `order`, the smallest value first.

    Shell's sort with the gaps of Sedgewick (1986): there are two or four values mostly, sometimes thousands.
    """
    for i in range(n):
        order[i] = i
    k = 0
    while 9 * (1 << (2 * k)) < n and k < 20:
        k += 1
    while k >= 0:
        gap = 1 if k == 0 else (1 << (2 * k)) + 3 * (1 << (k - 1)) + 1
        for i in range(gap, n):
            place, value, j = order[i], values[order[i]], i
            while j >= gap and values[order[j - gap]] > value:
                order[j] = order[j - gap]
                j -= gap
            order[j] = place
        k -= 1
