/*
 * A worker of a sweep (`optbench sweep work DIR`): reads jobs from its standard input and
 * runs one cell after the other in this process (run/cell.h), telling on its standard
 * output how each went (crew_talk.h). It ends when nobody can give it jobs any more, and
 * when the process that started it is gone: then the cell under way is saved first.
 * Called by the command line, on its main thread.
 */
#ifndef OB_SWEEP_WORK_H
#define OB_SWEEP_WORK_H

struct ob_work_opts {
    const char *dir;  /* of the sweep */
    unsigned threads; /* where the config leaves them open; 0 = all processors */
};

/* The exit status: 0 when its input has ended, 75 when a signal has ended it, 2, 3, 5
 * where the sweep cannot be opened, which is said on stderr. */
int ob_work(const struct ob_work_opts *opts);

#endif
