/*
 * Which entries of a picker's list fit what was typed, and in which order. For picker.c
 * and its drawing.
 */
#ifndef OB_UI_PICKER_MATCH_H
#define OB_UI_PICKER_MATCH_H

#include "optbench/ui/picker.h"

/* A walk over the entries that fit, the best first and else in the order of the list. */
struct ob_picker_walk {
    unsigned rank; /* 0 the best */
    size_t i;      /* the entry; l->n behind the last */
};

struct ob_picker_walk ob_picker_first(const struct ob_picker *p,
                                      const struct ob_picker_list *l);
void ob_picker_next(const struct ob_picker *p, const struct ob_picker_list *l,
                    struct ob_picker_walk *w);

/* How many fit. */
size_t ob_picker_matches(const struct ob_picker *p, const struct ob_picker_list *l);

/* Entry i of a list of either kind. */
struct ob_picker_entry ob_picker_entry_at(const struct ob_picker_list *l, size_t i);

#endif
