/*
 * What the files of the app share: app.c dispatches keys and draws, grant.c carries out
 * what screens wish for. For src/ui alone.
 */
#ifndef OB_UI_APP_PRIV_H
#define OB_UI_APP_PRIV_H

#include "optbench/base/compiler.h"
#include "optbench/ui/app.h"

/* The message line: an error stays until the next key, the rest for some seconds. */
void ob_app_say(struct ob_app *a, enum ob_style style, const char *format, ...)
    OB_PRINTF(3, 4);
void ob_app_hush(struct ob_app *a);

/* Something could not be opened or started: said, or the end where it was all there is.
 */
void ob_app_failed(struct ob_app *a, enum ob_code code, const char *why);

/* What was typed on a line of the screen cannot be: said there. */
void ob_app_refuse(struct ob_app *a, const char *why);

/* Reads the lists of the home screen again: all entries, or what changes by itself. */
void ob_app_read_lists(struct ob_app *a, bool all);

/* Whose keys work now. */
enum ob_scope ob_app_scope(const struct ob_app *a);

/* What a key would, once it is known what is asked for. */
void ob_app_do(struct ob_app *a, enum ob_request r);

/* What is the same on every screen; false = it is not such a request. */
bool ob_app_common(struct ob_app *a, enum ob_request r);

/* Draws the screen into the canvas, without what lies over it. */
void ob_app_paint(struct ob_app *a);

/* Sends a command to the engine of the run that is shown. */
void ob_app_send(struct ob_app *a, const struct ob_ctl_request *r);

/* Carries out a command of the command line. */
void ob_app_command(struct ob_app *a, const char *typed);

/* Help, command line, saving: whether one of them lies over the screen, whether text is
 * typed into it, its keys, its picture. */
bool ob_app_layered(const struct ob_app *a);
bool ob_app_layer_types(const struct ob_app *a);
void ob_app_layer_key(struct ob_app *a, uint32_t key);
void ob_app_layer_draw(struct ob_app *a);

/* What these keys do on every screen. */
void ob_app_save(struct ob_app *a);
void ob_app_copy_value(struct ob_app *a);
void ob_app_copy_screen(struct ob_app *a);
void ob_app_toggle_mouse(struct ob_app *a);
void ob_app_mouse(struct ob_app *a, const struct ob_mouse *m);

/* Carries out what a screen wishes for. */
void ob_app_grant(struct ob_app *a, struct ob_wishes *wish);

/* The wishes of the home screen alone. */
void ob_app_grant_home(struct ob_app *a, const struct ob_wishes *wish);

/* Leaves the screen to the editor, before the next turn of the loop. */
void ob_app_edit(struct ob_app *a, const char *path, int line);

/* Runs that something is asked about, copied from a wish, or none; begins what is to be
 * done to them; does it for some milliseconds; stops that; "deleted". */
void ob_app_doom(struct ob_app *a, const struct ob_wishes *wish);
void ob_app_undoom(struct ob_app *a);
void ob_app_begin_deed(struct ob_app *a);
void ob_app_do_some(struct ob_app *a);
void ob_app_spare(struct ob_app *a);
const char *ob_app_deed_done(const struct ob_app *a);

/* Forgets what the screens hold of a run that is gone. */
void ob_app_forget_run(struct ob_app *a, const char *path);

/* Copies the text, which is gone then, and says where to. */
void ob_app_copy(struct ob_app *a, struct ob_buf *text);

/* The question on the message line was answered with yes. */
void ob_app_said_yes(struct ob_app *a);

/* Tells the screen that the feed brought something. */
void ob_app_tell(struct ob_app *a, unsigned bits);

/* The experiment being set up (setup_grant.c). The first shows what there is to set up,
 * false where there is nothing; then: another one; what the feed brought for it; asking
 * for a check where it was changed; and the end, where what is unsaved is kept. */
bool ob_app_show_form(struct ob_app *a);

/* Decides what the curvature screen is about, the experiment being set up where it is
 * called from there, else the open run, and asks unless it is known; false, with the
 * reason said, where there is neither. And asks about what it is about. */
bool ob_app_show_curvature(struct ob_app *a);
void ob_app_ask_curvature(struct ob_app *a, const char *at);
void ob_app_setup(struct ob_app *a, const char *path);
void ob_app_told_form(struct ob_app *a, unsigned bits);
void ob_app_heed_form(struct ob_app *a);
void ob_app_keep_form(struct ob_app *a);

/* What its screen wishes for. */
void ob_app_browse(struct ob_app *a, const char *path);
void ob_app_save_form(struct ob_app *a, const char *path, bool over);
void ob_app_launch(struct ob_app *a);
void ob_app_revise(struct ob_app *a, int line);
void ob_app_revised(struct ob_app *a);

/* The compare screen (compare_app.c): shows other runs than before, one more, one less;
 * begins with what is open where nothing is compared yet; and the end. */
void ob_app_compare(struct ob_app *a, const struct ob_wishes *wish);
void ob_app_compare_add(struct ob_app *a, const struct ob_wishes *wish);
void ob_app_compare_drop(struct ob_app *a, const char *path);
void ob_app_show_compare(struct ob_app *a);
bool ob_app_read_compared(
    struct ob_app *a); /* some milliseconds; true = something came */
void ob_app_finish_compare(struct ob_app *a);

/* The sweep screen (sweep_app.c): looks which sweeps there are where none is open; reads
 * on in the cells, true = something came; carries out its wishes; whether the run that is
 * shown is a cell of the sweep that is open. */
void ob_app_show_sweep(struct ob_app *a);
bool ob_app_read_sweep(struct ob_app *a);
void ob_app_grant_sweep(struct ob_app *a, const struct ob_wishes *wish);
/* The sweep of the form was planned: it is opened and begins. */
void ob_app_planned(struct ob_app *a);
void ob_app_stop_sweep(struct ob_app *a);
bool ob_app_in_sweep(const struct ob_app *a);

/* To another screen, where it has something to show. */
void ob_app_go(struct ob_app *a, enum ob_screen_id screen);

#endif
