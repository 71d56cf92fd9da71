#include "sequence.h"

#include <string.h>

#include "optbench/base/compiler.h"
#include "optbench/ui/request.h"

/* Up to four numbers with semicolons between; what is left out counts 0. False where
 * there is anything else. */
static bool numbers(const char *s, size_t length, int out[static 4])
{
    enum { LARGEST = 100000 };
    int n = 0;
    memset(out, 0, 4 * sizeof *out);
    for (size_t i = 0; i < length; i++) {
        if (s[i] == ';' && n < 3)
            n++;
        else if (s[i] >= '0' && s[i] <= '9' && out[n] < LARGEST)
            out[n] = 10 * out[n] + (s[i] - '0');
        else
            return false;
    }
    return true;
}

/* Buttons as both mouse protocols number them. Releases, movements and other buttons are
 * nothing. */
static bool mouse(int button, int x, int y, struct ob_input *out)
{
    enum { LEFT = 0, WHEEL_UP = 64, WHEEL_DOWN = 65, MODIFIERS = 4 | 8 | 16 };
    *out = (struct ob_input){ .kind = OB_INPUT_MOUSE, .mouse = { .x = x, .y = y } };
    if (x < 0 || y < 0)
        return false;
    switch (button & ~MODIFIERS) {
    case LEFT:
        out->mouse.kind = OB_MOUSE_PRESS;
        return true;
    case WHEEL_UP:
        out->mouse.kind = OB_MOUSE_WHEEL_UP;
        return true;
    case WHEEL_DOWN:
        out->mouse.kind = OB_MOUSE_WHEEL_DOWN;
        return true;
    default:
        return false;
    }
}

/* Keys that are a letter behind ESC [ or ESC O. Modifier 2 is Shift, others have no keys
 * here. */
static uint32_t letter_key(unsigned char letter, int modifier)
{
    static const struct {
        char letter;
        uint32_t key, shifted;
    } map[] = {
        { 'A', OB_KEY_UP, OB_KEY_SHIFT_UP },
        { 'B', OB_KEY_DOWN, OB_KEY_SHIFT_DOWN },
        { 'C', OB_KEY_RIGHT, OB_KEY_SHIFT_RIGHT },
        { 'D', OB_KEY_LEFT, OB_KEY_SHIFT_LEFT },
        { 'H', OB_KEY_HOME, OB_KEY_NONE },
        { 'F', OB_KEY_END, OB_KEY_NONE },
        { 'P', OB_KEY_F1, OB_KEY_NONE },
        { 'Z', OB_KEY_BACK_TAB, OB_KEY_BACK_TAB },
        { 'a', OB_KEY_SHIFT_UP, OB_KEY_NONE },
        { 'b', OB_KEY_SHIFT_DOWN, OB_KEY_NONE },
        { 'c', OB_KEY_SHIFT_RIGHT, OB_KEY_NONE },
        { 'd', OB_KEY_SHIFT_LEFT, OB_KEY_NONE },
    };
    for (size_t i = 0; i < OB_COUNT(map) && modifier <= 2; i++)
        if (map[i].letter == (char)letter)
            return modifier == 2 ? map[i].shifted : map[i].key;
    return OB_KEY_NONE;
}

/* Keys that are a number before '~'. */
static uint32_t number_key(int number)
{
    switch (number) {
    case 1:
    case 7:
        return OB_KEY_HOME;
    case 3:
        return OB_KEY_DELETE;
    case 4:
    case 8:
        return OB_KEY_END;
    case 5:
        return OB_KEY_PAGE_UP;
    case 6:
        return OB_KEY_PAGE_DOWN;
    case 11:
        return OB_KEY_F1;
    default:
        return OB_KEY_NONE;
    }
}

static bool named(uint32_t key, struct ob_input *out)
{
    *out = (struct ob_input){ .kind = OB_INPUT_KEY, .key = key };
    return key != OB_KEY_NONE;
}

bool ob_sequence_csi(const char *parameters, size_t n, unsigned char final,
                     struct ob_input *out)
{
    int p[4];
    if (n > 0 && parameters[0] == '<')
        return final == 'M' && numbers(parameters + 1, n - 1, p) &&
               mouse(p[0], p[1] - 1, p[2] - 1, out);
    if (!numbers(parameters, n, p))
        return false;
    if (n == 0 && (final == 'I' || final == 'O')) {
        *out = (struct ob_input){ .kind = OB_INPUT_FOCUS, .focus = final == 'I' };
        return true;
    }
    if (final == 'n') {
        *out = (struct ob_input){ .kind = OB_INPUT_READY };
        return p[0] == 0;
    }
    if (final == 'R') {
        *out =
            (struct ob_input){ .kind = OB_INPUT_POSITION, .x = p[1] - 1, .y = p[0] - 1 };
        return p[0] > 0 && p[1] > 0;
    }
    if (final == '~')
        return p[1] <= 1 && named(number_key(p[0]), out);
    return named(letter_key(final, p[1]), out);
}

bool ob_sequence_ss3(unsigned char final, struct ob_input *out)
{
    return named(final == 'M' ? OB_KEY_ENTER : letter_key(final, 1), out);
}

bool ob_sequence_x10(const char bytes[static 3], struct ob_input *out)
{
    enum { OFFSET = 32, ORIGIN = 33 };
    return mouse((unsigned char)bytes[0] - OFFSET, (unsigned char)bytes[1] - ORIGIN,
                 (unsigned char)bytes[2] - ORIGIN, out);
}
