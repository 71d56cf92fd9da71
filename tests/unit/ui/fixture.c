#include "fixture.h"

#include "../../lib/ob_golden.h"

void fixture_init(struct fixture *f, int w, int h)
{
    memset(f, 0, sizeof *f);
    fake_feed_init(&f->feed);
    f->term = ob_term_null(w, h, &f->shown);
    f->term->glyphs = OB_GLYPHS_BRAILLE;
}

void fixture_start(struct fixture *f)
{
    ob_app_init(&f->app, f->term, &f->feed.base);
    f->app.view.wall_ns = FAKE_NOW + INT64_C(60000000000);
    ob_app_draw(&f->app);
}

void fixture_begin(struct fixture *f, int w, int h)
{
    fixture_init(f, w, h);
    fixture_start(f);
}

void fixture_end(struct fixture *f)
{
    ob_app_finish(&f->app);
    fake_finish_jobs(&f->feed);
    f->term->type->destroy(f->term);
    f->feed.base.type->destroy(&f->feed.base);
    ob_canvas_finish(&f->shown);
}

void fixture_open(struct fixture *f)
{
    ob_app_open(&f->app, "runs/heights");
    ob_app_draw(&f->app);
}

/* The key at *typed, which moves behind it. */
static uint32_t next_key(const char **typed)
{
    const char *s = *typed;
    size_t name = *s == '{' ? strcspn(s + 1, "}") : 0;
    uint32_t key = name > 0 ? ob_key_parse(s + 1, name) : OB_KEY_NONE;
    if (name > 0 && key == OB_KEY_NONE)
        fail_msg("no key is named %s", s);
    *typed = name > 0 ? s + name + 2 : s + 1;
    return key != OB_KEY_NONE ? key : *s == '\n' ? OB_KEY_ENTER : (unsigned char)*s;
}

void fixture_keys(struct fixture *f, const char *typed)
{
    static const char news[] = "{News}";
    while (*typed) {
        if (strncmp(typed, news, sizeof news - 1) == 0) {
            typed += sizeof news - 1;
            fixture_pass(f, 0);
            continue;
        }
        ob_app_key(&f->app, next_key(&typed));
        ob_app_draw(&f->app);
    }
}

void fixture_size(struct fixture *f, int w, int h)
{
    f->term->w = w;
    f->term->h = h;
    ob_app_draw(&f->app);
}

void fixture_glyphs(struct fixture *f, enum ob_glyphs tier)
{
    f->term->glyphs = f->term->finest = f->app.view.glyphs = tier;
    ob_app_draw(&f->app);
}

void fixture_pass(struct fixture *f, int64_t ns)
{
    f->app.view.now_ns += ns;
    f->app.view.wall_ns += ns;
    ob_app_news(&f->app);
    ob_app_moves(&f->app);
    ob_app_draw(&f->app);
}

void fixture_hush(struct fixture *f)
{
    f->app.view.message[0] = '\0';
    ob_app_draw(&f->app);
}

void fixture_text(const struct fixture *f, bool styles, struct ob_buf *out)
{
    ob_canvas_write(&f->shown, styles, out);
}

bool fixture_shows(const struct fixture *f, const char *text)
{
    struct ob_buf out = { 0 };
    fixture_text(f, false, &out);
    bool found = strstr(ob_buf_text(&out), text) != NULL;
    ob_buf_finish(&out);
    return found;
}

static void golden(const struct fixture *f, const char *name, bool styles)
{
    struct ob_buf out = { 0 };
    char path[160];
    fixture_text(f, styles, &out);
    snprintf(path, sizeof path, "tests/unit/ui/golden/%s-%dx%d-%s%s.txt", name,
             f->shown.w, f->shown.h, ob_glyphs_name(f->app.view.glyphs),
             styles ? "-styles" : "");
    ob_assert_golden(path, &out);
    ob_buf_finish(&out);
}

void fixture_golden(const struct fixture *f, const char *name)
{
    golden(f, name, false);
}

void fixture_golden_styles(const struct fixture *f, const char *name)
{
    golden(f, name, true);
}
