/*
 * What the tests on a pseudo terminal share: the built program, a folder of its own with
 * a few experiments (the working directory), an environment without surprises.
 */
#ifndef OB_TEST_STAGE_H
#define OB_TEST_STAGE_H

#include "../lib/ob_test.h"

#include "optbench/base/compiler.h"
#include "vt.h"

extern char *program;       /* path of optbench */
extern const char *env[16]; /* for every program that is started; by set_env() */

/* For the group; and after a test that leaves a run behind. */
int stage_setup(void **state);
int stage_teardown(void **state);
int stage_stop_runs(void **state);

/* `term` and `more` are "NAME=value"; NULL = none. */
void set_env(const char *term, const char *more);

/* Runs a program without a terminal; its exit status. */
int command(const char *const *argv);

/* Starts optbench with up to three words on a terminal. */
void start(struct vt *t, int cols, int rows, const char *a, const char *b, const char *c);

/* The same from a shell with job control, as a person does. The process of *t is the
 * shell. */
void start_as_job(struct vt *t, int cols, int rows);

/* Ends that shell, to which was typed "fg; echo left $?". */
void assert_job_left(struct vt *t, int wanted);

/* Fails with the screen when the text never comes; when the program does not end with
 * that status, or leaves the terminal changed. */
void assert_until(struct vt *t, const char *text);
void assert_exit(struct vt *t, int wanted);

#endif
