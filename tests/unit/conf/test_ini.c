#include <config.h>

#include "conf_test.h"
#include "optbench/base/rng.h"

static void parse(const char *text, struct ob_ini *ini)
{
    struct ob_diags diags = { 0 };
    *ini = (struct ob_ini){ 0 };
    bool ok = ob_ini_parse("t.ini", text, strlen(text), ini, &diags);
    if (!ok)
        fail_msg("refused line %u: %s", diags.item[0].line, diags.item[0].text);
    assert_int_equal(diags.n, 0);
    ob_diags_finish(&diags);
}

/* One "section|key|value|line" after the other. */
static void assert_entries(const char *text, const char *expected)
{
    struct ob_ini ini;
    struct ob_buf out = { 0 };
    parse(text, &ini);
    for (size_t i = 0; i < ini.entries; i++)
        ob_buf_addf(&out, "%s|%s|%s|%u\n", ini.entry[i].section, ini.entry[i].key,
                    ini.entry[i].value, ini.entry[i].line);
    assert_string_equal(ob_buf_text(&out), expected);
    ob_buf_finish(&out);
    ob_ini_finish(&ini);
}

static void keys_and_values(void **state)
{
    (void)state;
    assert_entries("", "");
    assert_entries("\n\n", "");
    assert_entries("[a]\nb=c\n", "a|b|c|2\n");
    assert_entries("[ a ]\n b  =  c d \t\n", "a|b|c d|2\n");
    assert_entries("[a]\nb: c\nd=e:f\ng:h=i\n", "a|b|c|2\na|d|e:f|3\na|g|h=i|4\n");
    assert_entries("[a]\nb = x = y\n", "a|b|x = y|2\n");
    assert_entries("[a]\nb =\nc=\"\"\n", "a|b||2\na|c|\"\"|3\n");
    assert_entries("x = 1\n", "|x|1|1\n");
    assert_entries("[a]\nb = 1", "a|b|1|2\n");
}

static void comments(void **state)
{
    (void)state;
    assert_entries("; x\n# y\n  ; z\n[a] ; w\nb = 1 ; one\nc = 2 # two\n",
                   "a|b|1|5\na|c|2|6\n");
    assert_entries("[a]\nb = 1;2\nc = a#b\n", "a|b|1;2|2\na|c|a#b|3\n");
    assert_entries("[a]\nb = ; nothing\nc =; too\n", "a|b||2\na|c||3\n");
    assert_entries("[a]\nb = \"x ; y # z\" ; w\n", "a|b|\"x ; y # z\"|2\n");
    assert_entries("[a]\nb = x \"y ; z\",\"#\" # w\n", "a|b|x \"y ; z\",\"#\"|2\n");
    assert_entries("[a]\nb = 6\" pipe ; c\n", "a|b|6\" pipe|2\n");
    assert_entries("[a]\nb = \"say \"\"x ; y\"\"\" ; c\n",
                   "a|b|\"say \"\"x ; y\"\"\"|2\n");
}

static void lines_that_go_on(void **state)
{
    (void)state;
    assert_entries("[a]\nb = 1,\n  2, ; two\n\t3\nc = 4\n", "a|b|1, 2, 3|2\na|c|4|5\n");
    assert_entries("[a]\nb =\n  x\n", "a|b|x|2\n");
    assert_entries("[a]\nb = x\n; between\n\n  y\n", "a|b|x y|2\n");
    assert_entries("[a]\n  b = x\n", "a|b|x|2\n");
    assert_entries("[a]\nb = loss\n  <= 3\n", "a|b|loss <= 3|2\n");
    assert_entries("[a]\nb = m = 1,\n  c = 2, ; more\n\n  d=3\ne = 4\n",
                   "a|b|m = 1, c = 2, d=3|2\na|e|4|6\n");
}

static void line_ends_and_marks(void **state)
{
    (void)state;
    assert_entries("\xef\xbb\xbf[a]\r\nb = 1\r\n", "a|b|1|2\n");
}

/* Longer than any limit of inih: the line, and a value made of many lines. */
static void long_values(void **state)
{
    (void)state;
    struct ob_buf text = { 0 }, expected = { 0 };
    ob_buf_adds(&text, "[a]\nb = ");
    ob_buf_adds(&expected, "a|b|");
    for (int i = 0; i < 5000; i++) {
        ob_buf_addf(&text, "%s%d", i == 2500 ? "\n  " : " ", i);
        ob_buf_addf(&expected, "%s%d", i ? " " : "", i);
    }
    ob_buf_adds(&text, "\nc = 1\n");
    ob_buf_adds(&expected, "|2\na|c|1|4\n");
    assert_entries(text.data, expected.data);
    ob_buf_finish(&text);
    ob_buf_finish(&expected);
}

static void headers_are_listed(void **state)
{
    (void)state;
    struct ob_ini ini;
    parse("[a]\n[b]\nx = 1\n[a]\ny = 2\n", &ini);
    assert_int_equal(ini.headers, 3);
    assert_string_equal(ini.header[2].section, "a");
    assert_int_equal(ini.header[2].line, 4);
    assert_int_equal(ini.entries, 2);
    ob_ini_finish(&ini);
}

static void limits(void **state)
{
    (void)state;
    struct ob_ini ini = { 0 };
    struct ob_diags diags = { 0 };
    struct ob_buf text = { 0 };
    for (int i = 0; i < 10000; i++)
        ob_buf_addf(&text, "k%d = 1\n", i);
    assert_false(ob_ini_parse("t.ini", text.data, text.len, &ini, &diags));
    assert_int_equal(diags.n, 1);
    assert_true(ini.entries < 10000);
    ob_ini_finish(&ini);
    ob_diags_finish(&diags);

    ob_buf_clear(&text);
    for (int i = 0; i < 10000; i++)
        ob_buf_adds(&text, "x\n");
    assert_false(ob_ini_parse("t.ini", text.data, text.len, &ini, &diags));
    assert_true(diags.n < 1000);
    ob_ini_finish(&ini);
    ob_diags_finish(&diags);

    /* A value of a quarter of a million lines takes no time worth speaking of. */
    ob_buf_clear(&text);
    ob_buf_adds(&text, "[a]\nb =\n");
    while (text.len < OB_INI_FILE_MAX - 16)
        ob_buf_adds(&text, "  1\n");
    assert_true(ob_ini_parse("t.ini", text.data, text.len, &ini, &diags));
    assert_int_equal(ini.entries, 1);
    assert_true(strlen(ini.entry[0].value) > OB_INI_FILE_MAX / 3);
    ob_ini_finish(&ini);
    ob_diags_finish(&diags);
    ob_buf_finish(&text);
}

/* What ob_ini_quote() writes is one entry with the same text, whatever the text is. */
static void quoting_round_trip(void **state)
{
    (void)state;
    static const char letters[] = "ab \t\"\";#,=:[]x\\$'";
    struct ob_rng rng;
    ob_rng_init(&rng, 7, 0);
    for (int round = 0; round < 20000; round++) {
        char text[16] = "";
        size_t n = ob_rng_below(&rng, sizeof text);
        for (size_t i = 0; i < n; i++)
            text[i] = letters[ob_rng_below(&rng, sizeof letters - 1)];
        struct ob_buf line = { 0 }, back = { 0 };
        struct ob_err err = { 0 };
        ob_buf_adds(&line, "[s]\nk = ");
        ob_ini_quote(text, &line);
        ob_buf_adds(&line, " ; comment\n");
        struct ob_ini ini;
        parse(line.data, &ini);
        assert_int_equal(ini.entries, 1);
        if (!ob_ini_unquote(ini.entry[0].value, &back, &err))
            fail_msg("%s: %s", line.data, err.text);
        assert_string_equal(ob_buf_text(&back), text);
        ob_ini_finish(&ini);
        ob_buf_finish(&back);
        ob_buf_finish(&line);
    }
}

static void only_regular_files(void **state)
{
    (void)state;
    struct ob_ini ini = { 0 };
    struct ob_diags diags = { 0 };
    char *fifo = ob_path_join(scratch, "fifo");
    char *big = ob_path_join(scratch, "big");
    assert_int_equal(mkfifo(fifo, 0600), 0);
    FILE *f = fopen(big, "w");
    assert_non_null(f);
    assert_int_equal(ftruncate(fileno(f), OB_INI_FILE_MAX + 1), 0);
    fclose(f);
    const char *paths[] = { scratch, fifo, big, "/nonexistent.ini" };
    for (size_t i = 0; i < OB_COUNT(paths); i++) {
        assert_false(ob_ini_read(paths[i], &ini, &diags));
        assert_int_equal(diags.n, i + 1);
        assert_non_null(strstr(diags.item[i].text, paths[i]));
        ob_ini_finish(&ini);
    }
    ob_diags_finish(&diags);
    free(fifo);
    free(big);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_and_values),
        cmocka_unit_test(comments),
        cmocka_unit_test(lines_that_go_on),
        cmocka_unit_test(line_ends_and_marks),
        cmocka_unit_test(long_values),
        cmocka_unit_test(headers_are_listed),
        cmocka_unit_test(limits),
        cmocka_unit_test(quoting_round_trip),
        cmocka_unit_test(only_regular_files),
    };
    return cmocka_run_group_tests(tests, make_scratch, remove_scratch);
}
