#include "optbench/ui/keys.h"

#include <string.h>

#include "sequence.h"

#include "optbench/base/compiler.h"
#include "optbench/base/text.h"
#include "optbench/ui/request.h"

/* How long an escape waits for the rest of a sequence, and how long the rest may be
 * interrupted, which is longer: after "ESC [" hardly anything else can be meant. A paste
 * that a slow line holds up must not go on as keys. */
#define ESCAPE_NS   INT64_C(25000000)
#define SEQUENCE_NS INT64_C(250000000)
#define PASTE_NS    INT64_C(5000000000)

enum state {
    GROUND,
    RUNE,    /* in a character of several bytes */
    ESCAPE,  /* ESC */
    CSI,     /* ESC [ and parameters */
    SS3,     /* ESC O and parameters */
    CONSOLE, /* ESC [ [: one more byte */
    X10,     /* ESC [ M: three more bytes */
    STRING,  /* ESC P, ] or _: to the terminator */
    STRING_ESCAPE,
    PASTE,
};

/* What a byte led to. */
enum step {
    USED,  /* the byte; nothing to tell */
    EVENT, /* the byte; *out is set */
    AGAIN, /* not the byte, which is looked at in the new state */
    BOTH,  /* not the byte, but *out is set */
};

void ob_keys_finish(struct ob_keys *k)
{
    ob_buf_finish(&k->paste);
    memset(k, 0, sizeof *k);
}

size_t ob_keys_room(const struct ob_keys *k)
{
    return OB_KEYS_IN - k->n;
}

void ob_keys_feed(struct ob_keys *k, const void *bytes, size_t n, int64_t now)
{
    OB_REQUIRE(n <= ob_keys_room(k));
    if (k->head > 0)
        memmove(k->in, k->in + k->head, k->n);
    k->head = 0;
    memcpy(k->in + k->n, bytes, n);
    k->n += n;
    k->last = now;
}

static enum step tell_key(struct ob_input *out, uint32_t key)
{
    *out = (struct ob_input){ .kind = OB_INPUT_KEY, .key = key };
    return EVENT;
}

static enum step begin(struct ob_keys *k, enum state state)
{
    k->state = (int)state;
    k->length = 0;
    return USED;
}

static void collect(struct ob_keys *k, unsigned char c)
{
    if (k->length < OB_KEYS_SEQUENCE)
        k->sequence[k->length] = (char)c;
    if (k->length <= OB_KEYS_SEQUENCE)
        k->length++;
}

static enum step told(bool something)
{
    return something ? EVENT : USED;
}

static enum step whole_csi(struct ob_keys *k, unsigned char c, struct ob_input *out)
{
    static const char paste[] = "200";
    k->state = GROUND;
    if (k->length > OB_KEYS_SEQUENCE)
        return USED;
    if (c == '~' && k->length == sizeof paste - 1 &&
        memcmp(k->sequence, paste, sizeof paste - 1) == 0) {
        k->state = PASTE;
        k->matched = 0;
        ob_buf_clear(&k->paste);
        return USED;
    }
    return told(ob_sequence_csi(k->sequence, k->length, c, out));
}

static enum step in_csi(struct ob_keys *k, unsigned char c, struct ob_input *out)
{
    if (c >= 0x20 && c < 0x40) {
        collect(k, c);
        return USED;
    }
    if (c == '[' && k->length == 0)
        return begin(k, CONSOLE);
    if (c == 'M' && k->length == 0)
        return begin(k, X10);
    if (c >= 0x40 && c < 0x7f)
        return whole_csi(k, c, out);
    /* No sequence holds such a byte: what was begun is over. */
    begin(k, GROUND);
    return AGAIN;
}

static enum step in_ss3(struct ob_keys *k, unsigned char c, struct ob_input *out)
{
    if ((c >= '0' && c <= '9') || c == ';') {
        collect(k, c);
        return USED;
    }
    k->state = GROUND;
    if (c < 0x40 || c >= 0x7f)
        return AGAIN;
    return told(k->length == 0 && ob_sequence_ss3(c, out));
}

static enum step in_x10(struct ob_keys *k, unsigned char c, struct ob_input *out)
{
    if (c < 0x20) {
        begin(k, GROUND);
        return AGAIN;
    }
    collect(k, c);
    if (k->length < 3)
        return USED;
    k->state = GROUND;
    return told(ob_sequence_x10(k->sequence, out));
}

static void keep(struct ob_keys *k, const char *text, size_t n)
{
    if (k->paste.len + n <= OB_KEYS_PASTE)
        ob_buf_add(&k->paste, text, n);
}

static enum step tell_paste(struct ob_keys *k, struct ob_input *out)
{
    k->state = GROUND;
    *out = (struct ob_input){ .kind = OB_INPUT_PASTE,
                              .text = ob_buf_text(&k->paste),
                              .n = k->paste.len };
    return EVENT;
}

static enum step in_paste(struct ob_keys *k, unsigned char c, struct ob_input *out)
{
    static const char end[] = "\033[201~";
    if ((char)c == end[k->matched]) {
        k->matched++;
        return k->matched == sizeof end - 1 ? tell_paste(k, out) : USED;
    }
    keep(k, end, k->matched);
    k->matched = c == '\033';
    if (!k->matched)
        keep(k, (const char *)&c, 1);
    return USED;
}

static enum step after_escape(struct ob_keys *k, unsigned char c, struct ob_input *out)
{
    switch (c) {
    case '[':
        return begin(k, CSI);
    case 'O':
        return begin(k, SS3);
    case 'P':
    case ']':
    case '_':
        return begin(k, STRING);
    default:
        begin(k, GROUND);
        tell_key(out, OB_KEY_ESC);
        return BOTH;
    }
}

static enum step in_rune(struct ob_keys *k, unsigned char c, struct ob_input *out)
{
    uint32_t rune = 0;
    if (c < 0x80 || c >= 0xc0) {
        begin(k, GROUND);
        tell_key(out, OB_KEY_UNKNOWN);
        return BOTH;
    }
    collect(k, c);
    unsigned char first = (unsigned char)k->sequence[0];
    size_t wanted = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (k->length < wanted)
        return USED;
    k->state = GROUND;
    bool valid = ob_utf8_decode(k->sequence, wanted, &rune) == wanted && rune >= 0xa0;
    return tell_key(out, valid ? rune : OB_KEY_UNKNOWN);
}

static enum step ground(struct ob_keys *k, unsigned char c, struct ob_input *out)
{
    if (c == '\033')
        return begin(k, ESCAPE);
    if (c >= 0xc2 && c < 0xf5) {
        begin(k, RUNE);
        collect(k, c);
        return USED;
    }
    return tell_key(out, c == '\n'             ? OB_KEY_ENTER
                         : c == 0 || c >= 0x80 ? OB_KEY_UNKNOWN
                                               : c);
}

static enum step look(struct ob_keys *k, unsigned char c, struct ob_input *out)
{
    switch ((enum state)k->state) {
    case GROUND:
        return ground(k, c, out);
    case RUNE:
        return in_rune(k, c, out);
    case ESCAPE:
        return after_escape(k, c, out);
    case CSI:
        return in_csi(k, c, out);
    case SS3:
        return in_ss3(k, c, out);
    case CONSOLE:
        k->state = GROUND;
        return c == 'A' ? tell_key(out, OB_KEY_F1) : USED;
    case X10:
        return in_x10(k, c, out);
    case STRING:
        if (c == '\033')
            k->state = STRING_ESCAPE;
        else if (c == '\a' || c == 0x18 || c == 0x1a)
            k->state = GROUND;
        return USED;
    case STRING_ESCAPE:
        k->state = c == '\\' ? GROUND : ESCAPE;
        return c == '\\' ? USED : AGAIN;
    case PASTE:
        return in_paste(k, c, out);
    }
    return USED;
}

/* What was begun is not going on. */
static bool give_up(struct ob_keys *k, struct ob_input *out)
{
    enum state state = (enum state)k->state;
    bool bare = state == SS3 && k->length == 0;
    k->state = GROUND;
    switch (state) {
    case ESCAPE:
        tell_key(out, OB_KEY_ESC);
        return true;
    case SS3: /* these two keys, one right after the other */
        if (bare && ob_keys_room(k) > 0) {
            memmove(k->in + 1, k->in + k->head, k->n);
            k->in[0] = 'O';
            k->head = 0;
            k->n++;
            tell_key(out, OB_KEY_ESC);
        }
        return bare;
    case RUNE:
        tell_key(out, OB_KEY_UNKNOWN);
        return true;
    case PASTE:
        tell_paste(k, out);
        return true;
    default:
        return false;
    }
}

int64_t ob_keys_due(const struct ob_keys *k)
{
    switch ((enum state)k->state) {
    case GROUND:
        return 0;
    case ESCAPE:
        return k->last + ESCAPE_NS;
    case SS3:
        return k->last + (k->length == 0 ? ESCAPE_NS : SEQUENCE_NS);
    case PASTE:
        return k->last + PASTE_NS;
    default:
        return k->last + SEQUENCE_NS;
    }
}

bool ob_keys_next(struct ob_keys *k, int64_t now, struct ob_input *out)
{
    while (k->n > 0) {
        enum step step = look(k, k->in[k->head], out);
        if (step == USED || step == EVENT) {
            k->head++;
            k->n--;
        }
        if (step == EVENT || step == BOTH)
            return true;
    }
    return k->state != GROUND && now >= ob_keys_due(k) && give_up(k, out);
}
