/* What one sees while it trains: on a terminal a bar that is redrawn, else a line per
 * epoch. */
#include "mnist.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ---- lines ------------------------------------------------------------------------ */

static size_t columns(void)
{
    struct winsize size;

    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

static bool is_terminal(void)
{
    const char *kind = getenv("TERM");

    return isatty(STDOUT_FILENO) && kind != NULL && strcmp(kind, "dumb") != 0;
}

typedef struct line { char text[128]; } line;

/* Where we are, how good we are (accuracy NaN: nobody knows yet), how fast, how long yet (NaN,
 * too: nobody knows). */
static line describe(const progress *p, size_t epoch, double loss, double accuracy, double rate,
                     double seconds_left)
{
    line l;
    char known[16] = "  --  ", left[32] = "";
    long seconds = (long)fmin(seconds_left + 0.5, 359999);

    if (isfinite(accuracy))
        snprintf(known, sizeof known, "%5.2f %%", 100 * accuracy);
    if (isfinite(seconds_left))
        snprintf(left, sizeof left, "  %ld:%02ld left", seconds / 60, seconds % 60);
    snprintf(l.text, sizeof l.text, "epoch %*zu/%zu  loss %.4f  %s %7s  %8.0f/s%s",
             p->epochs < 100 ? 2 : 4, epoch, p->epochs, loss,
             p->validating ? "validation" : "accuracy", known, rate, left);
    return l;
}

/* The line and, in what room is left behind it, a bar. */
static void draw(const line *l, double share)
{
    static const char full[] = "==============================";
    size_t all = columns(), used = strlen(l->text) + 4;
    size_t width = all > used ? all - used : 0, done;

    width = width < sizeof full - 1 ? width : sizeof full - 1;
    done = (size_t)(share * (double)width);
    printf("\r%.*s", (int)(all - 1), l->text);
    if (width >= 5)
        printf(" [%.*s%*s]", (int)done, full, (int)(width - done), "");
    printf("\033[K"); /* what a longer line has left there */
    fflush(stdout);
}

/* ---- what the trainer tells ------------------------------------------------------- */

static double seconds_left(const progress *p, double t)
{
    double done = (double)(p->at.step - p->before), left = (double)(p->at.total_steps - p->at.step);

    /* (it may have gone on from an epoch's last step, and made none yet) */
    return done > 0 ? (t - p->start) * left / done : NAN;
}

/* Reads the clock, draws ten times a second, and decides how many steps may go by until the
 * next look: as many as a tenth of a second takes, were it not for the first, slow ones. */
static void look(progress *p)
{
    double t = now(), in_epoch = t - p->epoch_start, steps = (double)p->steps;
    double next = fmin(0.1 * steps / fmax(in_epoch, 1e-9), 2 * (double)p->look_every);
    uint64_t first = p->at.epoch * p->at.steps_per_epoch; /* of this epoch */

    p->look_every = next > 1 ? (uint64_t)next : 1;
    p->until_look = p->look_every;
    if (t - p->drawn >= 0.09) {
        line l = describe(p, (size_t)p->at.epoch + 1, p->loss_sum / steps, p->accuracy,
                          steps * (double)p->batch / in_epoch, seconds_left(p, t));

        draw(&l, (double)(p->at.step - first) / (double)p->at.steps_per_epoch);
        p->drawn = t;
    }
}

void progress_step(progress *p, const gn_progress *at, double loss)
{
    if (p->at.step == 0)
        p->before = at->step - 1;
    p->steps++;
    p->loss_sum += loss;
    p->at = *at;
    if (p->terminal && --p->until_look == 0)
        look(p);
}

void progress_epoch(progress *p, const gn_epoch *epoch)
{
    const gn_score *score = p->validating ? &epoch->valid : &epoch->train;
    line l = describe(p, (size_t)epoch->epoch, epoch->train.loss, score->accuracy,
                      (double)p->rows / epoch->seconds, seconds_left(p, now()));

    printf(p->terminal ? "\r%s\033[K\n" : "%s\n", l.text);
    fflush(stdout);
    p->accuracy = score->accuracy;
    p->loss_sum = 0;
    p->steps = 0;
    p->epoch_start = now();
}

void progress_start(progress *p, const settings *s, size_t rows)
{
    *p = (progress){
        .terminal = !s->quiet && is_terminal(), .validating = s->validation > 0,
        .rows = rows, .batch = s->batch, .epochs = s->epochs, .accuracy = NAN,
        .look_every = 1, .until_look = 1,
    };
    p->start = p->epoch_start = p->drawn = now();
}

void progress_end(const progress *p)
{
    if (p->terminal && p->steps > 0) /* it stopped within an epoch, whose bar is still there */
        putchar('\n');
}
