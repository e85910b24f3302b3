/* What one sees while it trains: a line per epoch; on a terminal below it one that is redrawn,
 * and of many epochs fewer lines. */
#include "picture.h"

#include <math.h>
#include <string.h>
#include <time.h>

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ---- a line, in parts: those that have no room are left out ------------------------------ */

enum { PARTS = 5, PART_TEXT = 40 };
enum { EPOCH, LOSS, ACCURACY, RATE, LEFT };

typedef struct line { char part[PARTS][PART_TEXT]; } line;

/* Where we are, how good we are (accuracy NaN: nobody knows yet), how fast, how long yet (NaN,
 * too: nobody knows). */
static line describe(const progress *p, size_t epoch, double loss, double accuracy, double rate,
                     double seconds_left)
{
    line l = { .part[LEFT] = "" };
    char known[16] = "  --  ";
    long seconds = (long)fmin(seconds_left + 0.5, 359999);

    if (isfinite(accuracy))
        snprintf(known, sizeof known, "%5.2f %%", 100 * accuracy);
    snprintf(l.part[EPOCH], PART_TEXT, "epoch %*zu/%zu", p->epochs < 100 ? 2 : 4, epoch, p->epochs);
    snprintf(l.part[LOSS], PART_TEXT, "  loss %.4f", loss);
    snprintf(l.part[ACCURACY], PART_TEXT, "  %s %7s", p->validating ? "validation" : "accuracy",
             known);
    snprintf(l.part[RATE], PART_TEXT, "  %8.0f/s", rate);
    if (isfinite(seconds_left))
        snprintf(l.part[LEFT], PART_TEXT, "  %ld:%02ld left", seconds / 60, seconds % 60);
    return l;
}

/* The accuracy without a word, if there is one. */
static void name_less(line *l, const progress *p)
{
    l->part[ACCURACY][0] = '\0';
    if (isfinite(p->accuracy))
        snprintf(l->part[ACCURACY], PART_TEXT, "  %.2f %%", 100 * p->accuracy);
}

static size_t length(const line *l)
{
    size_t sum = 0;

    for (int i = 0; i < PARTS; i++)
        sum += strlen(l->part[i]);
    return sum;
}

/* What tells least goes first. */
static void shorten(line *l, size_t room)
{
    static const int dispensable[PARTS] = { RATE, LOSS, LEFT, ACCURACY, EPOCH };

    for (int i = 0; i < PARTS && length(l) > room; i++)
        l->part[dispensable[i]][0] = '\0';
}

/* ---- the line that is redrawn: a bar over the whole run, the curve of the loss, figures -- */

enum { SPARK = 8, TEXT = 66, LONGEST_BAR = 30 };

/* A sixth of the line, or what its text leaves. */
static size_t bar_width(size_t room)
{
    size_t rest = room > TEXT + room / 6 ? room - TEXT : room / 6;

    return rest < LONGEST_BAR ? rest : LONGEST_BAR;
}

static void draw_parts(canvas *c, size_t x, const line *l, const progress *p, bool spark)
{
    for (int i = 0; i < PARTS; i++) {
        x = canvas_text(c, x, 0, normal, "%s", l->part[i]);
        if (i == LOSS && spark && l->part[LOSS][0] != '\0') {
            curve_draw(c, x + 1, 0, SPARK, p->curve, p->n_curve);
            x += 1 + SPARK;
        }
    }
}

/* The last column stays free, for the cursor. */
static void draw(const progress *p, line *l)
{
    terminal t = terminal_look();
    size_t room = (t.columns < CANVAS_COLUMNS ? t.columns : CANVAS_COLUMNS) - 1;
    size_t bar = bar_width(room), text = room > bar + 1 ? room - bar - 1 : 0;
    canvas c;

    shorten(l, text);
    canvas_clear(&c, t);
    progress_bar_draw(&c, 0, 0, bar, (double)p->at.step / (double)p->at.total_steps);
    draw_parts(&c, bar + 1, l, p, length(l) + 1 + SPARK <= text);
    putchar('\r');
    canvas_print_line(&c, 0);
    fputs("\033[K", stdout); /* what a longer line has left there */
    fflush(stdout);
}

/* ---- the curve: points of so many steps that it always covers the whole run -------------- */

static void halve_curve(progress *p)
{
    for (size_t i = 0; i < CURVE / 2; i++)
        p->curve[i] = (p->curve[2 * i] + p->curve[2 * i + 1]) / 2;
    p->n_curve = CURVE / 2;
    p->point_every *= 2;
}

static void add_to_curve(progress *p, double loss)
{
    p->point += loss;
    if (++p->in_point < p->point_every)
        return;
    p->curve[p->n_curve++] = p->point / (double)p->in_point;
    p->point = 0;
    p->in_point = 0;
    if (p->n_curve == CURVE)
        halve_curve(p);
}

/* ---- what the trainer tells ------------------------------------------------------- */

static double seconds_left(const progress *p, double t)
{
    double done = (double)(p->at.step - p->before), left = (double)(p->at.total_steps - p->at.step);

    /* (it may have gone on from an epoch's last step, and made none yet) */
    return done > 0 ? (t - p->start) * left / done : NAN;
}

static double rate_of(const progress *p, const gn_epoch *epoch)
{
    return (double)p->rows / epoch->seconds;
}

static void redraw(progress *p, double t)
{
    bool begun = p->steps > 0; /* with this epoch */
    double loss = begun ? p->loss_sum / (double)p->steps : p->latest.train.loss;
    double rate = begun ? (double)p->steps * (double)p->batch / (t - p->epoch_start)
                        : rate_of(p, &p->latest);
    uint64_t epoch = begun ? p->at.epoch + 1 : p->latest.epoch;
    line l = describe(p, (size_t)epoch, loss, p->accuracy, rate, seconds_left(p, t));

    name_less(&l, p); /* (the lines above say of what) */
    draw(p, &l);
    p->drawn = t;
    p->there = true;
}

/* Reads the clock, draws ten times a second, and decides how many steps may go by until the
 * next look: as many as a tenth of a second takes, were it not for the first, slow ones. */
static void look(progress *p)
{
    double t = now(), in_epoch = t - p->epoch_start;
    double next = fmin(0.1 * (double)p->steps / fmax(in_epoch, 1e-9), 2 * (double)p->look_every);

    p->look_every = next > 1 ? (uint64_t)next : 1;
    p->until_look = p->look_every;
    if (t - p->drawn >= 0.09)
        redraw(p, t);
}

void progress_step(progress *p, const gn_progress *at, double loss)
{
    if (p->at.step == 0)
        p->before = at->step - 1;
    p->steps++;
    p->loss_sum += loss;
    p->at = *at;
    if (p->plain)
        return;
    add_to_curve(p, loss);
    if (--p->until_look == 0)
        look(p);
}

static void erase(progress *p)
{
    if (p->there)
        fputs("\r\033[K", stdout);
    p->there = false;
}

static void print_latest(progress *p)
{
    line l = describe(p, (size_t)p->latest.epoch, p->latest.train.loss, p->accuracy,
                      rate_of(p, &p->latest), seconds_left(p, now()));

    if (!p->plain) {
        size_t columns = terminal_look().columns;

        l.part[LEFT][0] = '\0'; /* the line below says it */
        if (length(&l) > columns)
            name_less(&l, p);
        shorten(&l, columns);
    }
    for (int i = 0; i < PARTS; i++)
        fputs(l.part[i], stdout);
    putchar('\n');
    fflush(stdout);
    p->unprinted = false;
}

void progress_epoch(progress *p, const gn_epoch *epoch)
{
    bool there = p->there;

    p->latest = *epoch;
    p->accuracy = p->validating ? epoch->valid.accuracy : epoch->train.accuracy;
    p->loss_sum = 0;
    p->steps = 0;
    p->unprinted = true;
    if (p->plain || epoch->epoch == 1 || epoch->epoch % p->line_every == 0) {
        erase(p);
        print_latest(p);
    }
    p->epoch_start = now();
    if (there && !p->there)
        redraw(p, p->epoch_start);
}

/* 1, 2, 5, 10, 20, ...: so many epochs for a line that there are not many lines. */
static size_t epochs_for_a_line(size_t epochs)
{
    enum { LINES = 20 };
    size_t every = 1;

    for (int i = 0; (epochs + every - 1) / every > LINES; i++)
        every = i % 3 == 1 ? every / 2 * 5 : 2 * every;
    return every;
}

void progress_start(progress *p, const settings *s, size_t rows)
{
    *p = (progress){
        .plain = s->quiet || terminal_look().plain, .validating = s->recipe.validation > 0,
        .rows = rows, .batch = s->recipe.batch, .epochs = s->recipe.epochs, .accuracy = NAN,
        .look_every = 1, .until_look = 1, .point_every = 1,
        .line_every = epochs_for_a_line(s->recipe.epochs),
    };
    p->start = p->epoch_start = p->drawn = now();
}

void progress_end(progress *p)
{
    erase(p);
    if (p->unprinted)
        print_latest(p);
}
