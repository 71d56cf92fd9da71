#include "optbench/ui/arrange.h"

/* A chart below this says less than the numbers beside it. */
enum { LEAST_W = 24, LEAST_H2 = 17 /* half rows */, BOX_W = 40, BOX_H2 = 18 };

static bool fits(enum ob_arrange kind, struct ob_rect room, size_t cols, size_t rows)
{
    bool boxes = kind == OB_ARRANGE_WIDE;
    int w = room.w / (int)cols, h2 = 2 * room.h / (int)rows;
    return (cols == 1 || w >= (boxes ? BOX_W : LEAST_W)) &&
           (rows == 1 || h2 >= (boxes ? BOX_H2 : LEAST_H2));
}

/* Cuts a length into n parts, the first ones larger; where part i begins. */
static int cut(int length, size_t n, size_t i)
{
    int each = length / (int)n, spare = length % (int)n, at = (int)i;
    return at * each + (at < spare ? at : spare);
}

/* The same with the larger parts last: columns. */
static int cut_late(int length, size_t n, size_t i)
{
    return length - cut(length, n, n - i);
}

static void divide(struct ob_rect room, size_t cols, size_t rows, size_t n,
                   struct ob_rect *place)
{
    for (size_t i = 0; i < n; i++) {
        size_t row = i / cols, in_row = row + 1 < rows ? cols : n - row * cols;
        size_t col = i % cols;
        int x = cut_late(room.w, in_row, col), y = cut(room.h, rows, row);
        place[i] = (struct ob_rect){ room.x + x, room.y + y,
                                     cut_late(room.w, in_row, col + 1) - x,
                                     cut(room.h, rows, row + 1) - y };
    }
}

size_t ob_arrange_charts(enum ob_arrange kind, struct ob_rect room, size_t n,
                         struct ob_rect place[static OB_ARRANGE_CHARTS])
{
    if (room.w <= 0 || room.h <= 0)
        return 0;
    for (; n > 1; n--) {
        size_t most = kind == OB_ARRANGE_WIDE ? n : 1;
        for (size_t cols = most; cols > 0; cols--) {
            size_t rows = (n + cols - 1) / cols;
            if (kind == OB_ARRANGE_SMALL || !fits(kind, room, cols, rows))
                continue;
            divide(room, cols, rows, n, place);
            return n;
        }
    }
    if (n == 1)
        place[0] = room;
    return n;
}
