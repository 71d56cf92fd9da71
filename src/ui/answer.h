/*
 * What to tell a person about the answer to a command: a sentence for the message line.
 * For the app alone.
 */
#ifndef OB_UI_ANSWER_H
#define OB_UI_ANSWER_H

#include "optbench/base/buf.h"
#include "optbench/run/ctl.h"

/* Appends it, raw; nothing where there is nothing to tell. */
void ob_answer_show(const struct ob_ctl_request *asked, const struct ob_ctl_answer *a,
                    struct ob_buf *out);

#endif
