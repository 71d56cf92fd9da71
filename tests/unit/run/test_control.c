/* The control channel, both ends in one process: what a client sends the server hands
 * out, and what it answers arrives; bad words are answered, slow clients dropped. Each
 * test runs over the socket and by files. */
#include <config.h>

#include "optbench/run/control.h"

#include <dirent.h>
#include <math.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "optbench/run/client.h"
#include "optbench/run/runinfo.h"
#include "scratch.h"

struct place {
    char *folder;
    struct ob_rundir dir;
    struct ob_control *server;
    int lock;
};

static void put_running(const struct ob_rundir *d)
{
    struct ob_run_info info = { .recorded = OB_RUN_RUNNING };
    struct ob_buf text = { 0 };
    char boot[48];
    ob_run_host(info.host, boot);
    ob_run_info_write(&info, &text);
    scratch_put(d, "run.json", ob_buf_text(&text), false);
    ob_buf_finish(&text);
}

static int set_up(void **state)
{
    struct place *p = ob_xcalloc(1, sizeof *p);
    struct ob_err err;
    p->folder = scratch_make();
    p->dir = scratch_run(p->folder, "x");
    put_running(&p->dir);
    p->lock = ob_rundir_lock(&p->dir, NULL);
    p->server = ob_control_create(&p->dir, &err);
    *state = p;
    return p->server && p->lock >= 0 ? 0 : -1;
}

static int set_up_files(void **state)
{
    setenv("OPTBENCH_NO_SOCKET", "1", 1);
    return set_up(state);
}

static int tear_down(void **state)
{
    struct place *p = *state;
    unsetenv("OPTBENCH_NO_SOCKET");
    ob_control_destroy(p->server);
    close(p->lock);
    ob_rundir_finish(&p->dir);
    scratch_remove(p->folder);
    free(p);
    return 0;
}

static struct ob_client *join(struct place *p)
{
    struct ob_err err;
    struct ob_client *c = ob_client_create(&p->dir, &err);
    if (!c)
        fail_msg("%s", err.text);
    return c;
}

static void send_to(struct ob_client *c, struct ob_ctl_request r, int64_t *id)
{
    struct ob_err err;
    if (!ob_client_send(c, &r, id, &err))
        fail_msg("%s", err.text);
}

/* Turns the server until an answer is there. Every request it hands out on the way is
 * answered with its own key as the label. */
static struct ob_ctl_answer answer_for(struct place *p, struct ob_client *c)
{
    struct ob_ctl_answer a;
    struct ob_ctl_request r;
    struct ob_ticket t;
    struct ob_err err;
    bool got = false;
    scratch_until(got, {
        while (ob_control_next(p->server, &r, &t)) {
            struct ob_ctl_answer out = ob_ctl_answer_new(0, 812);
            out.old = 0.03;
            snprintf(out.state, sizeof out.state, "%.15s", ob_ctl_verb_name(r.verb));
            snprintf(out.file, sizeof out.file, "%s=%s", r.key, r.value);
            ob_control_answer(p->server, t, out);
        }
        if (!ob_client_receive(c, &a, &got, &err))
            fail_msg("%s", err.text);
    });
    return a;
}

static void there_and_back(void **state)
{
    struct place *p = *state;
    struct ob_client *c = join(p);
    int64_t id;
    send_to(c,
            (struct ob_ctl_request){
                .verb = OB_CTL_SET, .key = "optimizer.lr", .value = "1e-3" },
            &id);
    struct ob_ctl_answer a = answer_for(p, c);
    assert_int_equal(a.id, id);
    assert_true(a.ok);
    assert_int_equal(a.step, 812);
    ob_assert_near(a.old, 0.03, 0);
    assert_true(isnan(a.fresh));
    assert_string_equal(a.state, "set");
    assert_string_equal(a.file, "optimizer.lr=1e-3");
    ob_client_destroy(c);
}

/* Requests of one client are handed out in their order, whole. */
static void many_in_order(void **state)
{
    struct place *p = *state;
    struct ob_client *c = join(p);
    struct ob_ctl_request r;
    struct ob_ticket t;
    uint64_t next = 1;
    for (uint64_t i = 1; i <= 50; i++)
        send_to(c, (struct ob_ctl_request){ .verb = OB_CTL_STEP, .steps = i }, NULL);
    scratch_until(next == 51, {
        while (ob_control_next(p->server, &r, &t)) {
            assert_int_equal(r.steps, next);
            next++;
        }
    });
    ob_client_destroy(c);
}

static void paces(void **state)
{
    struct place *p = *state;
    struct ob_client *c = join(p);
    struct ob_ctl_request r;
    struct ob_ticket t;
    static const double pace[] = { 0, -1, 250.5 };
    for (size_t i = 0; i < OB_COUNT(pace); i++) {
        send_to(c, (struct ob_ctl_request){ .verb = OB_CTL_PACE, .pace = pace[i] }, NULL);
        scratch_until(ob_control_next(p->server, &r, &t), (void)0);
        ob_assert_near(r.pace, pace[i], 0);
    }
    ob_client_destroy(c);
}

static void watching_and_steering(void **state)
{
    struct place *p = *state;
    struct ob_client *a = join(p), *b = join(p), *tool = join(p);
    send_to(a, (struct ob_ctl_request){ .verb = OB_CTL_WATCH, .label = "anna" }, NULL);
    assert_true(answer_for(p, a).ok);
    send_to(b, (struct ob_ctl_request){ .verb = OB_CTL_WATCH, .label = "bert" }, NULL);
    assert_true(answer_for(p, b).ok);
    assert_int_equal(ob_control_viewers(p->server), 2);
    assert_string_equal(ob_control_steering(p->server), "");

    send_to(a, (struct ob_ctl_request){ .verb = OB_CTL_PAUSE }, NULL);
    assert_true(answer_for(p, a).ok); /* takes the wheel that nobody has */
    assert_string_equal(ob_control_steering(p->server), "anna");
    send_to(b, (struct ob_ctl_request){ .verb = OB_CTL_RESUME }, NULL);
    struct ob_ctl_answer no = answer_for(p, b);
    assert_false(no.ok);
    assert_non_null(strstr(no.error, "anna steers"));
    send_to(b, (struct ob_ctl_request){ .verb = OB_CTL_STATUS }, NULL);
    assert_true(answer_for(p, b).ok); /* asking is free */
    send_to(tool, (struct ob_ctl_request){ .verb = OB_CTL_RESUME }, NULL);
    assert_true(answer_for(p, tool).ok); /* no viewer */

    send_to(b, (struct ob_ctl_request){ .verb = OB_CTL_STEER }, NULL);
    struct ob_ctl_answer yes = answer_for(p, b);
    assert_string_equal(yes.steering, "bert");
    send_to(b, (struct ob_ctl_request){ .verb = OB_CTL_RESUME }, NULL);
    assert_true(answer_for(p, b).ok);
    send_to(a, (struct ob_ctl_request){ .verb = OB_CTL_PAUSE }, NULL);
    assert_false(answer_for(p, a).ok);
    ob_client_destroy(b);
    struct ob_ctl_request r;
    struct ob_ticket t;
    scratch_until(ob_control_viewers(p->server) == 1,
                  (void)ob_control_next(p->server, &r, &t));
    assert_string_equal(ob_control_steering(p->server), "");
    ob_client_destroy(a);
    ob_client_destroy(tool);
}

static void viewer_by_files_expires(void **state)
{
    struct place *p = *state;
    struct ob_client *c = join(p);
    send_to(c, (struct ob_ctl_request){ .verb = OB_CTL_WATCH, .label = "far" }, NULL);
    assert_true(answer_for(p, c).ok);
    assert_int_equal(ob_client_fd(c), -1);
    assert_int_equal(ob_control_viewers(p->server), 1);
    scratch_until(ob_control_viewers(p->server) == 0, poll(NULL, 0, 10));
    ob_client_keep_watching(c);
    assert_true(answer_for(p, c).ok);
    assert_int_equal(ob_control_viewers(p->server), 1);
    ob_client_destroy(c);
}

/* ---- raw words over the socket ---- */

static int raw(struct place *p)
{
    struct sockaddr_un a = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    snprintf(a.sun_path, sizeof a.sun_path, "/proc/self/fd/%d/control.sock", p->dir.fd);
    assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof a), 0);
    return fd;
}

static void turn(struct place *p)
{
    struct ob_ctl_request r;
    struct ob_ticket t;
    while (ob_control_next(p->server, &r, &t))
        ob_control_answer(p->server, t, ob_ctl_answer_new(0, 1));
}

static void read_answer(struct place *p, int fd, char *out, size_t cap)
{
    size_t n = 0;
    scratch_until(n > 0 && out[n - 1] == '\n', {
        turn(p);
        ssize_t got = recv(fd, out + n, cap - 1 - n, MSG_DONTWAIT);
        if (got > 0)
            n += (size_t)got;
    });
    out[n] = '\0';
}

static void bad_words_are_answered(void **state)
{
    struct place *p = *state;
    static const char *const bad[] = {
        "{\n",
        "\n",
        "[]\n",
        "{\"id\":1}\n",
        "{\"id\":1,\"cmd\":\"sett\"}\n",
        "{\"id\":1,\"cmd\":\"\\u001b[2J\"}\n",
        "{\"id\":1,\"cmd\":\"set\",\"key\":\"lr\"}\n",
        "{\"id\":1,\"cmd\":\"set\",\"value\":1}\n",
        "{\"id\":1,\"cmd\":\"step\",\"n\":0}\n",
        "{\"id\":1,\"cmd\":\"step\",\"n\":-3}\n",
        "{\"id\":1,\"cmd\":\"pace\"}\n",
        "{\"id\":1,\"cmd\":\"pace\",\"value\":\"fast\"}\n",
        "{\"id\":1,\"cmd\":\"pace\",\"value\":-7}\n",
        "{\"id\":1,\"cmd\":\"get\"}\n",
        "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\n",
    };
    int fd = raw(p);
    char answer[2048];
    for (size_t i = 0; i < OB_COUNT(bad); i++) {
        assert_int_equal(write(fd, bad[i], strlen(bad[i])), strlen(bad[i]));
        read_answer(p, fd, answer, sizeof answer);
        if (!strstr(answer, "\"ok\":false") || !strstr(answer, "\"error\":"))
            fail_msg("to %s came %s", bad[i], answer);
        assert_null(strchr(answer, '\x1b'));
    }
    const char fine[] = "{\"id\":77,\"cmd\":\"status\"}\n";
    assert_int_equal(write(fd, fine, strlen(fine)), strlen(fine));
    read_answer(p, fd, answer, sizeof answer);
    assert_non_null(strstr(answer, "\"id\":77,\"ok\":true"));
    close(fd);
}

/* One error for a line without end, however long; the next line is heard again. */
static void long_lines_are_answered_once(void **state)
{
    struct place *p = *state;
    int fd = raw(p);
    char block[1000], answer[2048];
    memset(block, 'x', sizeof block);
    for (int i = 0; i < 50; i++) {
        assert_int_equal(write(fd, block, sizeof block), sizeof block);
        turn(p);
    }
    const char fine[] = "\n{\"id\":5,\"cmd\":\"status\"}\n";
    assert_int_equal(write(fd, fine, strlen(fine)), strlen(fine));
    read_answer(p, fd, answer, sizeof answer);
    assert_non_null(strstr(answer, "longer than"));
    if (!strstr(answer, "\"id\":5"))
        read_answer(p, fd, answer, sizeof answer);
    assert_non_null(strstr(answer, "\"id\":5,\"ok\":true"));
    assert_null(strstr(strstr(answer, "\"id\":5"), "longer than"));
    close(fd);
}

static void who_does_not_read_is_dropped(void **state)
{
    struct place *p = *state;
    int fd = raw(p);
    const char ask[] = "{\"id\":1,\"cmd\":\"watch\"}\n";
    ssize_t n = 1;
    bool was = false;
    scratch_until(was && ob_control_viewers(p->server) == 0, {
        n = send(fd, ask, strlen(ask), MSG_DONTWAIT | MSG_NOSIGNAL);
        turn(p);
        was = was || ob_control_viewers(p->server) == 1;
    });
    (void)n;
    close(fd);
}

/* `printf ... | nc -U`: who has said all still gets the answer. */
static void half_closed_still_reads(void **state)
{
    struct place *p = *state;
    int fd = raw(p);
    char answer[512];
    const char ask[] = "{\"id\":9,\"cmd\":\"status\"}\n";
    struct ob_ctl_request r;
    struct ob_ticket t;
    assert_int_equal(write(fd, ask, strlen(ask)), strlen(ask));
    shutdown(fd, SHUT_WR);
    scratch_until(ob_control_next(p->server, &r, &t), (void)0);
    struct ob_ctl_request other;
    struct ob_ticket second;
    for (int i = 0; i < 5; i++) /* the end of its words is seen before the answer */
        assert_false(ob_control_next(p->server, &other, &second));
    ob_control_answer(p->server, t, ob_ctl_answer_new(0, 3));
    read_answer(p, fd, answer, sizeof answer);
    assert_non_null(strstr(answer, "\"id\":9,\"ok\":true,\"step\":3"));
    assert_int_equal(recv(fd, answer, sizeof answer, 0), 0); /* and is let go */
    close(fd);
}

static void socket_is_private_and_goes_away(void **state)
{
    struct place *p = *state;
    struct stat st;
    assert_int_equal(fstatat(p->dir.fd, "control.sock", &st, 0), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    struct ob_client *c = join(p);
    ob_control_destroy(p->server);
    p->server = NULL;
    assert_int_equal(fstatat(p->dir.fd, "control.sock", &st, 0), -1);
    struct ob_ctl_answer a;
    struct ob_err err;
    bool got;
    assert_false(ob_client_receive(c, &a, &got, &err));
    assert_int_equal(err.code, OB_EIO);
    ob_client_destroy(c);
    close(p->lock);
    p->lock = open("/dev/null", O_RDONLY);
    assert_null(ob_client_create(&p->dir, &err));
    assert_non_null(strstr(err.text, "ended"));
}

static void bad_files_are_answered(void **state)
{
    struct place *p = *state;
    struct ob_buf text = { 0 };
    scratch_put(&p->dir, "control/a.request", "nonsense\n", false);
    scratch_put(&p->dir, "control/b.request", "", false);
    scratch_put(&p->dir, "control/.c.request", "{\"cmd\":\"stop\"}\n", false);
    assert_int_equal(mkfifoat(p->dir.fd, "control/d.request", 0666), 0);
    turn(p);
    assert_true(ob_rundir_read(&p->dir, "control/a.answer", 4096, &text, NULL));
    assert_non_null(strstr(text.data, "\"ok\":false"));
    assert_true(ob_rundir_read(&p->dir, "control/b.answer", 4096, &text, NULL));
    assert_true(ob_rundir_read(&p->dir, "control/d.answer", 4096, &text, NULL));
    assert_false(ob_rundir_read(&p->dir, "control/a.request", 4096, &text, NULL));
    ob_buf_finish(&text);
}

#define BY_SOCKET(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
#define BY_FILES(f)                                                                      \
    {                                                                                    \
        "by_files_" #f, f, set_up_files, tear_down, NULL                                 \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        BY_SOCKET(there_and_back),
        BY_FILES(there_and_back),
        BY_SOCKET(many_in_order),
        BY_FILES(many_in_order),
        BY_SOCKET(paces),
        BY_FILES(paces),
        BY_SOCKET(watching_and_steering),
        BY_FILES(viewer_by_files_expires),
        BY_SOCKET(bad_words_are_answered),
        BY_SOCKET(long_lines_are_answered_once),
        BY_SOCKET(who_does_not_read_is_dropped),
        BY_SOCKET(half_closed_still_reads),
        BY_SOCKET(socket_is_private_and_goes_away),
        BY_FILES(bad_files_are_answered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
