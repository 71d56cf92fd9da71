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

/* Reads the lists of the home screen again: all entries, or what changes by itself. */
void ob_app_read_lists(struct ob_app *a, bool all);

/* Carries out what a screen wishes for. */
void ob_app_grant(struct ob_app *a, struct ob_wishes *wish);

/* Copies the text, which is gone then, and says where to. */
void ob_app_copy(struct ob_app *a, struct ob_buf *text);

/* The question on the message line was answered with yes. */
void ob_app_said_yes(struct ob_app *a);

/* To another screen, where it has something to show. */
void ob_app_go(struct ob_app *a, enum ob_screen_id screen);

#endif
