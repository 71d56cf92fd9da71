#include "../../lib/ob_test.h"

#include <string.h>

#include "optbench/base/buf.h"
#include "optbench/base/compiler.h"
#include "optbench/base/rng.h"
#include "optbench/ui/keys.h"
#include "optbench/ui/request.h"

#define MS INT64_C(1000000)

/* Everything that the bytes led to, in words; waits as long as something is due. */
static void tell(struct ob_keys *k, int64_t now, struct ob_buf *out)
{
    struct ob_input in;
    while (ob_keys_next(k, now, &in)) {
        switch (in.kind) {
        case OB_INPUT_KEY:
            if (in.key > 0x20 && in.key < 0x7f)
                ob_buf_addf(out, "%c ", (int)in.key);
            else
                ob_buf_addf(out, "%x ", (unsigned)in.key);
            break;
        case OB_INPUT_MOUSE:
            ob_buf_addf(out, "mouse%d@%d,%d ", (int)in.mouse.kind, in.mouse.x,
                        in.mouse.y);
            break;
        case OB_INPUT_PASTE:
            ob_buf_addf(out, "paste(%.*s) ", (int)in.n, in.text);
            break;
        case OB_INPUT_FOCUS:
            ob_buf_adds(out, in.focus ? "focus " : "away ");
            break;
        case OB_INPUT_READY:
            ob_buf_adds(out, "ready ");
            break;
        case OB_INPUT_POSITION:
            ob_buf_addf(out, "at%d,%d ", in.x, in.y);
            break;
        }
    }
}

static void finish(struct ob_keys *k, struct ob_buf *out)
{
    for (int64_t now = 10 * MS; ob_keys_due(k) > 0; now += 2000 * MS)
        tell(k, now, out);
    tell(k, 0, out);
}

/* In pieces of `piece` bytes. */
static void expect(const char *bytes, size_t n, size_t piece, const char *wanted)
{
    struct ob_keys k = { 0 };
    struct ob_buf out = { 0 };
    for (size_t i = 0; i < n; i += piece) {
        ob_keys_feed(&k, bytes + i, n - i < piece ? n - i : piece, MS);
        tell(&k, MS, &out);
    }
    finish(&k, &out);
    if (out.len > 0)
        out.data[--out.len] = '\0';
    assert_string_equal(ob_buf_text(&out), wanted);
    ob_buf_finish(&out);
    ob_keys_finish(&k);
}

static const struct {
    const char *bytes, *wanted;
} known[] = {
    { "q", "q" },
    { "\r\n\t\177\b", "d d 9 7f 8" },
    { "\303\244\342\240\277", "e4 283f" },
    { "\033[A\033[B\033[C\033[D", "110000 110001 110003 110002" },
    { "\033OA\033OB\033OC\033OD", "110000 110001 110003 110002" },
    { "\033[1;2A\033[1;2B\033[1;2D\033[1;2C", "11000b 11000c 11000d 11000e" },
    { "\033[a\033[b\033[d\033[c", "11000b 11000c 11000d 11000e" },
    { "\033[5~\033[6~\033[3~", "110004 110005 11000a" },
    { "\033[H\033[F\033OH\033OF", "110006 110007 110006 110007" },
    { "\033[1~\033[4~\033[7~\033[8~", "110006 110007 110006 110007" },
    { "\033[Z", "110008" },
    { "\033OP\033[11~\033[[A\033[P", "110009 110009 110009 110009" },
    { "\033OM", "d" },
    /* An escape that begins nothing, and the key behind it. */
    { "\033", "1b" },
    { "\033q", "1b q" },
    { "\033\033", "1b 1b" },
    { "\033\033[A", "1b 110000" },
    { "\033O", "1b O" },
    { "\033?", "1b ?" },
    { "\033\003", "1b 3" },
    /* Mice of both kinds; what they do besides pressing and turning is nothing. */
    { "\033[<0;3;2M", "mouse0@2,1" },
    { "\033[<0;3;2m", "" },
    { "\033[<4;300;99M", "mouse0@299,98" },
    { "\033[<64;1;1M\033[<65;1;1M", "mouse1@0,0 mouse2@0,0" },
    { "\033[<32;3;2M\033[<1;3;2M\033[<66;3;2M", "" },
    { "\033[M #\"", "mouse0@2,1" },
    { "\033[M`#\"\033[Ma#\"", "mouse1@2,1 mouse2@2,1" },
    { "\033[M##\"q", "q" },
    /* Pasted text, whatever it holds. */
    { "\033[200~dq\r\033[A\033[201~q", "paste(dq\r\033[A) q" },
    { "\033[200~\033[201\033[201~", "paste(\033[201)" },
    { "\033[200~never ends", "paste(never ends)" },
    /* Answers. */
    { "\033[I\033[O", "focus away" },
    { "\033[0n", "ready" },
    { "\033[12;5R", "at4,11" },
    /* What is not known is no key. */
    { "\033[27;5;113~", "" },
    { "\033[?1;2c", "" },
    { "\033[113;5u", "" },
    { "\033[1;5A\033[1;2H", "" },
    { "\033Oq", "" },
    { "\033[[Eq", "q" },
    { "\033]0;quit\aq", "q" },
    { "\033P1$r0q\033\\q", "q" },
    { "\033]11;rgb:0/0/0\033\\", "" },
    { "\033[<0;3", "" },
    { "\033[", "" },
    { "\033[999999999999999999999A", "" },
    { "\033[1;2;3;4;5;6;7;8;9A", "" },
    /* A byte that no sequence holds ends it. */
    { "\033[12\003q", "3 q" },
    { "\033[1\033[A", "110000" },
    { "\377\376q", "11000f 11000f q" },
    { "\303q", "11000f q" },
    { "\300\257", "11000f 11000f" },
};

static void sequences_mean_what_they_say(void **state)
{
    (void)state;
    /* The numbers above. */
    assert_int_equal(OB_KEY_SHIFT_UP, 0x11000b);
    assert_int_equal(OB_KEY_UNKNOWN, 0x11000f);
    for (size_t i = 0; i < OB_COUNT(known); i++)
        for (size_t piece = 1; piece < 5; piece++)
            expect(known[i].bytes, strlen(known[i].bytes), piece, known[i].wanted);
}

/* The escape key waits a moment, a sequence longer; the next byte comes in time or not.
 */
static void time_tells_an_escape_from_a_sequence(void **state)
{
    (void)state;
    struct ob_keys k = { 0 };
    struct ob_input in;
    assert_int_equal(ob_keys_due(&k), 0);
    ob_keys_feed(&k, "\033", 1, 100 * MS);
    assert_false(ob_keys_next(&k, 100 * MS, &in));
    assert_int_equal(ob_keys_due(&k), 125 * MS);
    assert_false(ob_keys_next(&k, 124 * MS, &in));
    assert_true(ob_keys_next(&k, 125 * MS, &in));
    assert_int_equal(in.key, OB_KEY_ESC);
    assert_int_equal(ob_keys_due(&k), 0);

    ob_keys_feed(&k, "\033[", 2, 200 * MS);
    assert_false(ob_keys_next(&k, 300 * MS, &in));
    ob_keys_feed(&k, "A", 1, 300 * MS);
    assert_true(ob_keys_next(&k, 300 * MS, &in));
    assert_int_equal(in.key, OB_KEY_UP);
    ob_keys_finish(&k);
}

/* Long pastes are cut, and what follows them is still understood. */
static void a_paste_is_bounded(void **state)
{
    (void)state;
    struct ob_keys k = { 0 };
    struct ob_input in;
    char text[1000];
    memset(text, 'd', sizeof text);
    ob_keys_feed(&k, "\033[200~", 6, MS);
    for (int i = 0; i < 100; i++) {
        assert_false(ob_keys_next(&k, MS, &in));
        ob_keys_feed(&k, text, sizeof text, MS);
    }
    assert_false(ob_keys_next(&k, MS, &in));
    ob_keys_feed(&k, "\033[201~q", 7, MS);
    assert_true(ob_keys_next(&k, MS, &in));
    assert_int_equal(in.kind, OB_INPUT_PASTE);
    assert_int_equal(in.n, OB_KEYS_PASTE);
    assert_true(ob_keys_next(&k, MS, &in));
    assert_int_equal(in.key, 'q');
    ob_keys_finish(&k);
}

/* A line that stalls within a paste makes no keys of its rest. */
static void a_paste_waits_for_a_slow_line(void **state)
{
    (void)state;
    struct ob_keys k = { 0 };
    struct ob_input in;
    ob_keys_feed(&k, "\033[200~d", 7, MS);
    assert_false(ob_keys_next(&k, 3000 * MS, &in));
    ob_keys_feed(&k, "y\033[201~", 7, 3000 * MS);
    assert_true(ob_keys_next(&k, 3000 * MS, &in));
    assert_int_equal(in.kind, OB_INPUT_PASTE);
    assert_int_equal(in.n, 2);
    ob_keys_finish(&k);
}

/* Random bytes, rich in what begins sequences: always the same however they are split,
 * nothing hangs, and a key pressed after a pause is always heard. */
static void random_bytes_in_random_pieces(void **state)
{
    (void)state;
    static const char rich[] = "\033\033\033[[[O<?;;0123456789~MmARIn \"#q\302\244\377";
    struct ob_rng r;
    ob_rng_init(&r, 21, 0);
    for (int round = 0; round < 2000; round++) {
        char bytes[200];
        size_t n = 1 + ob_rng_below(&r, sizeof bytes);
        struct ob_buf out[2] = { { 0 }, { 0 } };
        for (size_t i = 0; i < n; i++)
            bytes[i] = ob_rng_below(&r, 3) ? rich[ob_rng_below(&r, sizeof rich - 1)]
                                           : (char)ob_rng_below(&r, 256);
        for (int way = 0; way < 2; way++) {
            struct ob_keys k = { 0 };
            for (size_t i = 0; i < n;) {
                size_t piece = way ? 1 + ob_rng_below(&r, 7) : n;
                piece = piece < n - i ? piece : n - i;
                ob_keys_feed(&k, bytes + i, piece, MS);
                tell(&k, MS, &out[way]);
                i += piece;
            }
            finish(&k, &out[way]);
            ob_keys_feed(&k, "q", 1, 0);
            tell(&k, 0, &out[way]);
            assert_true(out[way].len >= 2);
            assert_string_equal(out[way].data + out[way].len - 2, "q ");
            ob_keys_finish(&k);
        }
        assert_string_equal(out[0].data, out[1].data);
        ob_buf_finish(&out[0]);
        ob_buf_finish(&out[1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sequences_mean_what_they_say),
        cmocka_unit_test(time_tells_an_escape_from_a_sequence),
        cmocka_unit_test(a_paste_is_bounded),
        cmocka_unit_test(a_paste_waits_for_a_slow_line),
        cmocka_unit_test(random_bytes_in_random_pieces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
