#include <config.h>

#include "../../lib/ob_test.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "optbench/base/clock.h"
#include "optbench/sweep/crew.h"

enum { CELLS = 400, LONG_MS = 20000 };

/* ---- the worker: this very program, with a word that says how it goes wrong ---- */

static void say(struct ob_buf *text)
{
    size_t sent = 0;
    while (sent < text->len) {
        ssize_t n = write(1, text->data + sent, text->len - sent);
        if (n <= 0)
            _exit(99);
        sent += (size_t)n;
    }
    ob_buf_clear(text);
}

/* The cell 7 kills its process, 9 leaves it by itself with a word on stderr, 11 is run by
 * somebody else, 13 waits for a signal; all others end with their number as loss. */
static int work_one(const struct ob_crew_job *job, const char *word, struct ob_buf *text)
{
    struct ob_cell_end end = { .state = OB_RUN_FINISHED, .stop = "max_steps" };
    ob_crew_begin_write(text, job->cell);
    say(text);
    if (!strcmp(word, "kill") && job->cell == 7)
        raise(SIGKILL);
    if (!strcmp(word, "leave") && job->cell == 9) {
        fprintf(stderr, "optbench: first\noptbench: out of luck\n");
        return 3;
    }
    if (!strcmp(word, "wait") && job->cell == 13)
        pause();
    end.loss = (double)job->cell / 3;
    end.best_loss = NAN;
    end.steps = job->until;
    end.busy = job->cell == 11;
    ob_crew_end_write(text, job->cell, &end);
    say(text);
    return 0;
}

static int work(const char *word)
{
    struct ob_buf text = { 0 };
    char line[OB_CREW_JOB_MAX];
    struct ob_crew_job job;
    ssize_t n;
    int status = 0;
    if (!strcmp(word, "stillborn")) {
        fprintf(stderr, "optbench: no such sweep\n");
        return 5;
    }
    while (status == 0 && (n = read(0, line, sizeof line)) > 0)
        status =
            ob_crew_job_read(&job, line, (size_t)n) ? work_one(&job, word, &text) : 98;
    ob_buf_finish(&text);
    return status;
}

/* ---- the crew ---- */

struct tally {
    unsigned begun[CELLS], came[CELLS], lost[CELLS], returned[CELLS];
    unsigned stillborn;
    struct ob_crew_news last_lost;
};

static struct ob_crew *make(const char *word, unsigned workers)
{
    static const char *argv[4];
    argv[0] = "/proc/self/exe";
    argv[1] = "worker";
    argv[2] = word;
    const struct ob_crew_opts opts = { .argv = argv, .workers = workers };
    return ob_crew_create(&opts);
}

static void note(struct tally *t, const struct ob_crew_news *news)
{
    size_t cell = news->job.cell;
    assert_true(cell < CELLS);
    switch (news->event) {
    case OB_CREW_BEGUN:
        t->begun[cell]++;
        break;
    case OB_CREW_CAME:
        t->came[cell]++;
        assert_int_equal(news->end.steps, news->job.until);
        assert_true(news->end.loss == (double)cell / 3);
        assert_true(isnan(news->end.best_loss));
        assert_int_equal(news->end.busy, cell == 11);
        break;
    case OB_CREW_LOST:
        t->lost[cell]++;
        t->last_lost = *news;
        break;
    case OB_CREW_RETURNED:
        t->returned[cell]++;
        break;
    case OB_CREW_STILLBORN:
        t->stillborn++;
        t->last_lost = *news;
        break;
    }
}

static void wait_news(struct ob_crew *p, struct tally *t)
{
    struct pollfd fds[16];
    struct ob_crew_news news;
    size_t n = ob_crew_fds(p, fds);
    poll(fds, n, n ? 50 : 5);
    while (ob_crew_news(p, &news))
        note(t, &news);
}

/* Gives cells of a list in order, again those that come back, until all are told. */
static void run_all(struct ob_crew *p, struct tally *t)
{
    int64_t last = ob_clock_ns() + (int64_t)LONG_MS * 1000000;
    unsigned given[CELLS] = { 0 };
    struct ob_err err;
    for (size_t settled = 0; settled < CELLS;) {
        for (size_t i = 0; i < CELLS && ob_crew_wants(p); i++)
            if (given[i] == t->returned[i]) {
                given[i]++;
                assert_true(ob_crew_give(p, &(struct ob_crew_job){ i, i + 5 }, &err));
            }
        ob_crew_share_out(p);
        wait_news(p, t);
        settled = 0;
        for (size_t i = 0; i < CELLS; i++)
            settled += t->came[i] + t->lost[i];
        assert_true(ob_clock_ns() < last);
        assert_int_equal(t->stillborn, 0);
    }
}

static void close_all(struct ob_crew *p, struct tally *t, int signal)
{
    int64_t last = ob_clock_ns() + (int64_t)LONG_MS * 1000000;
    ob_crew_close(p, signal);
    while (ob_crew_alive(p) || ob_crew_open(p)) {
        wait_news(p, t);
        assert_true(ob_clock_ns() < last);
    }
    assert_false(ob_crew_wants(p));
    ob_crew_destroy(p);
    /* No child of this process is left, not even a dead one. */
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

/* Every cell but `odd` came once and nothing else happened to it. */
static void assert_all_came(const struct tally *t, size_t odd)
{
    for (size_t i = 0; i < CELLS; i++) {
        assert_int_equal(t->came[i], i != odd);
        assert_int_equal(t->begun[i], 1);
        assert_int_equal(t->lost[i], i == odd);
    }
}

static void every_cell_comes_once(void **state)
{
    (void)state;
    struct tally t = { 0 };
    struct ob_crew *p = make("well", 3);
    assert_int_equal(ob_crew_alive(p), 0);
    run_all(p, &t);
    close_all(p, &t, 0);
    assert_all_came(&t, CELLS);
}

static void a_killed_worker_costs_its_cell(void **state)
{
    (void)state;
    struct tally t = { 0 };
    struct ob_crew *p = make("kill", 2);
    run_all(p, &t);
    close_all(p, &t, 0);
    assert_all_came(&t, 7);
    assert_int_equal(t.last_lost.signal, SIGKILL);
    assert_string_equal(t.last_lost.reason, "its process was ended by SIGKILL, as the "
                                            "system does where memory runs out");
}

static void a_worker_that_leaves_says_why(void **state)
{
    (void)state;
    struct tally t = { 0 };
    struct ob_crew *p = make("leave", 1);
    run_all(p, &t);
    close_all(p, &t, 0);
    assert_all_came(&t, 9);
    assert_int_equal(t.last_lost.status, 3);
    assert_string_equal(t.last_lost.reason,
                        "its process ended with status 3: out of luck");
}

/* Quick cells, so that some are given at a time; then 13, which waits, and as many behind
 * it as are wanted, from 300 on. How many. */
static size_t give_behind_13(struct ob_crew *p, struct tally *t)
{
    int64_t last = ob_clock_ns() + (int64_t)LONG_MS * 1000000;
    struct ob_err err;
    size_t done = 0, i = 20;
    for (; done < 200; wait_news(p, t)) {
        for (; i < 220 && ob_crew_wants(p); i++)
            assert_true(ob_crew_give(p, &(struct ob_crew_job){ i, i }, &err));
        done = 0;
        for (size_t k = 20; k < 220; k++)
            done += t->came[k];
        assert_true(ob_clock_ns() < last);
    }
    assert_true(ob_crew_give(p, &(struct ob_crew_job){ 13, 13 }, &err));
    for (i = 300; i < 330 && ob_crew_wants(p); i++)
        assert_true(ob_crew_give(p, &(struct ob_crew_job){ i, i }, &err));
    return i - 300;
}

/* One is stuck with a long cell and others in store: the idle one gets those. */
static void what_was_not_begun_is_shared_out(void **state)
{
    (void)state;
    struct tally t = { 0 };
    struct ob_crew *p = make("wait", 2);
    int64_t last = ob_clock_ns() + (int64_t)LONG_MS * 1000000;
    size_t given = give_behind_13(p, &t);
    for (size_t done = 0; done < given; wait_news(p, &t)) {
        ob_crew_share_out(p);
        done = 0;
        for (size_t k = 300; k < 300 + given; k++)
            done += t.came[k];
        assert_true(ob_clock_ns() < last);
    }
    assert_int_equal(ob_crew_open(p), 1);
    assert_int_equal(t.begun[13], 1);
    close_all(p, &t, SIGTERM);
    assert_int_equal(t.lost[13], 1);
    assert_int_equal(t.last_lost.signal, SIGTERM);
}

static void closing_returns_what_was_not_begun(void **state)
{
    (void)state;
    struct tally t = { 0 };
    struct ob_crew *p = make("wait", 1);
    size_t given = give_behind_13(p, &t);
    while (!t.begun[13])
        wait_news(p, &t);
    close_all(p, &t, SIGKILL);
    assert_int_equal(t.lost[13], 1);
    for (size_t i = 300; i < 300 + given; i++) {
        assert_int_equal(t.begun[i], 0);
        assert_int_equal(t.returned[i], 1);
    }
}

static void a_worker_that_cannot_begin_ends_it(void **state)
{
    (void)state;
    struct tally t = { 0 };
    struct ob_crew *p = make("stillborn", 2);
    struct ob_err err;
    assert_true(ob_crew_give(p, &(struct ob_crew_job){ 1, 0 }, &err));
    while (!t.returned[1])
        wait_news(p, &t);
    assert_int_equal(t.stillborn, 1);
    assert_int_equal(t.last_lost.status, 5);
    assert_string_equal(t.last_lost.reason,
                        "its process ended with status 5: no such sweep");
    close_all(p, &t, 0);
}

static void a_program_that_is_not_there(void **state)
{
    (void)state;
    static const char *const argv[] = { "/nowhere/optbench", NULL };
    const struct ob_crew_opts opts = { .argv = argv, .workers = 1 };
    struct ob_crew *p = ob_crew_create(&opts);
    struct ob_err err;
    assert_false(ob_crew_give(p, &(struct ob_crew_job){ 1, 0 }, &err));
    assert_int_equal(err.code, OB_EIO);
    assert_string_equal(err.text,
                        "cannot start /nowhere/optbench: No such file or directory");
    assert_int_equal(ob_crew_open(p), 0);
    ob_crew_destroy(p);
}

/* ---- the words ---- */

static void words_read_back(void **state)
{
    (void)state;
    struct ob_buf text = { 0 };
    struct ob_cell_end end = { .status = 75,
                               .state = OB_RUN_INTERRUPTED,
                               .message = "two\nlines\tand  blanks ",
                               .halted = true,
                               .from = 12,
                               .steps = UINT64_C(9007199254740993),
                               .loss = 0.1,
                               .best_loss = -INFINITY,
                               .seconds = 1e-300 },
                       got;
    size_t cell;
    ob_crew_end_write(&text, 999999, &end);
    assert_int_equal(text.data[text.len - 1], '\n');
    assert_int_equal(ob_crew_read(text.data, text.len - 1, &cell, &got), OB_CREW_END);
    assert_int_equal(cell, 999999);
    assert_int_equal(got.status, 75);
    assert_int_equal(got.state, OB_RUN_INTERRUPTED);
    assert_string_equal(got.stop, "");
    assert_string_equal(got.message, "two lines and  blanks ");
    assert_true(got.halted && !got.busy);
    assert_int_equal(got.from, 12);
    assert_int_equal(got.steps, end.steps);
    assert_true(got.loss == 0.1 && got.best_loss == -INFINITY && got.seconds == 1e-300);
    /* Cut anywhere before the message it is nothing. */
    size_t blanks = 0, n = 0;
    for (; blanks < 12; n++)
        blanks += text.data[n] == ' ';
    for (size_t k = 0; k < n - 1; k++)
        assert_int_equal(ob_crew_read(text.data, k, &cell, &got), OB_CREW_NOTHING);
    ob_buf_finish(&text);
}

static void jobs_read_back(void **state)
{
    (void)state;
    static const char *const bad[] = { "",
                                       "1",
                                       "1 ",
                                       " 1 2",
                                       "1 2 3",
                                       "x 1",
                                       "1 2x",
                                       "-1 2",
                                       "1 -2",
                                       "+1 2",
                                       "1  2",
                                       "1 2\n\n",
                                       "99999999999999999999 1" };
    char line[OB_CREW_JOB_MAX];
    struct ob_crew_job job, most = { 999999, INT64_MAX };
    size_t n = ob_crew_job_write(line, &most);
    assert_string_equal(line, "999999 9223372036854775807\n");
    assert_true(ob_crew_job_read(&job, line, n));
    assert_int_equal(job.cell, most.cell);
    assert_int_equal(job.until, most.until);
    assert_true(ob_crew_job_read(&job, "3 0", 3));
    assert_int_equal(job.cell, 3);
    for (size_t i = 0; i < OB_COUNT(bad); i++)
        if (ob_crew_job_read(&job, bad[i], strlen(bad[i])))
            fail_msg("'%s' is taken for a job", bad[i]);
}

int main(int argc, char **argv)
{
    if (argc == 3 && !strcmp(argv[1], "worker"))
        return work(argv[2]);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cell_comes_once),
        cmocka_unit_test(a_killed_worker_costs_its_cell),
        cmocka_unit_test(a_worker_that_leaves_says_why),
        cmocka_unit_test(what_was_not_begun_is_shared_out),
        cmocka_unit_test(closing_returns_what_was_not_begun),
        cmocka_unit_test(a_worker_that_cannot_begin_ends_it),
        cmocka_unit_test(a_program_that_is_not_there),
        cmocka_unit_test(words_read_back),
        cmocka_unit_test(jobs_read_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
