/*
 * Standing back: a thread that serves one which computes, as the recorder and the
 * terminal do, says so to the scheduler. Any thread, for itself.
 */
#ifndef OB_BASE_PRIORITY_H
#define OB_BASE_PRIORITY_H

/*
 * From here on this thread, when it is woken on a processor where another computes, waits
 * for its turn (milliseconds, where no other processor is free) and does not interrupt.
 * Threads and processes that it starts are ordinary again. Where the system refuses,
 * nothing is lost but that. Linux: SCHED_BATCH, sched(7).
 */
void ob_priority_stand_back(void);

#endif
