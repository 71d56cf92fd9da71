/*
 * What a whole sequence of a terminal means: for keys.c, which finds where one begins and
 * ends. Pure functions; false = it means nothing here.
 */
#ifndef OB_UI_SEQUENCE_H
#define OB_UI_SEQUENCE_H

#include "optbench/ui/keys.h"

/* ESC [ parameters[0..n) final */
bool ob_sequence_csi(const char *parameters, size_t n, unsigned char final,
                     struct ob_input *out);

/* ESC O final */
bool ob_sequence_ss3(unsigned char final, struct ob_input *out);

/* ESC [ M and three bytes: a mouse of the old kind. */
bool ob_sequence_x10(const char bytes[static 3], struct ob_input *out);

#endif
