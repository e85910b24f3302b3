/* What one sees while they train: first how many and how long, then a line for each row as soon
 * as its networks are done, and on a terminal below it how far all are. */
#include "explore.h"
#include "common/canvas.h"
#include "common/interrupt.h"

#include <stdlib.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

typedef struct watch {
    const plan *plan;
    const table *table;
    rows *rows;
    const dataset *data;
    row **order;             /* in which they are trained: long ones first */
    double start;
    size_t done, lines;      /* networks; lines printed */
    terminal terminal;
    bool there, refused;     /* the line that is redrawn; a trial failed */
    canvas canvas;
} watch;

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ---- how long it will take ------------------------------------------------------- */

static void try_row(void *user, size_t i)
{
    watch *w = user;
    row *r = &w->rows->at[i];
    run *first = r->runs;

    if (interrupted())
        return;
    if (!learn_try(first, &r->recipe, w->data))
        first->status = GN_ERR_ARGUMENT;
    for (run *other = first + 1; other < first + r->n_runs; other++) {
        other->expected = first->expected;
        other->total_steps = first->total_steps;
    }
}

static void look_at_trial(void *user, size_t i)
{
    watch *w = user;

    w->refused |= w->rows->at[i].runs->status < 0;
}

static int by_time(const void *a, const void *b)
{
    const row *x = *(row *const *)a, *y = *(row *const *)b;
    double time_x = x->runs->expected, time_y = y->runs->expected;

    if (time_x < time_y || time_x > time_y)
        return time_x > time_y ? -1 : 1;
    return (x > y) - (x < y);
}

/* Each network goes to the thread that is free first. Returns when the last one ends; NaN: no
 * memory to say. */
static double expected_end(const watch *w)
{
    size_t threads = w->plan->threads, seeds = w->plan->seeds;
    double *busy = calloc(threads, sizeof *busy), last = 0;

    for (size_t i = 0; busy != NULL && i < w->rows->n_runs; i++) {
        size_t free_first = 0;

        for (size_t k = 1; k < threads; k++)
            free_first = busy[k] < busy[free_first] ? k : free_first;
        busy[free_first] += w->order[i / seeds]->runs->expected;
        last = busy[free_first] > last ? busy[free_first] : last;
    }
    free(busy);
    return last;
}

static void announce(const watch *w)
{
    size_t n = w->rows->n_runs, at_once = w->plan->threads < n ? w->plan->threads : n;
    double seconds = expected_end(w);

    if (w->plan->quiet)
        return;
    printf("%zu network%s", n, n == 1 ? "" : "s");
    if (w->plan->seeds > 1)
        printf(" (%zu settings, %zu seeds each)", w->rows->n, w->plan->seeds);
    if (at_once > 1)
        printf(", %zu at a time", at_once);
    printf(seconds < 90 ? ", about %.0f s\n\n" : ", about %.0f min\n\n",
           seconds < 90 ? seconds + 0.5 : seconds / 60 + 0.5);
    if (w->rows->n > 1)
        table_head(w->table);
    fflush(stdout);
}

/* ---- the line that is redrawn ---------------------------------------------------- */

static double share_done(const watch *w)
{
    double done = 0, all = 0;

    for (const run *r = w->rows->runs; r < w->rows->runs + w->rows->n_runs; r++) {
        double steps = (double)atomic_load_explicit(&r->steps, memory_order_relaxed);

        all += r->expected;
        done += r->total_steps > 0 ? r->expected * steps / (double)r->total_steps : 0;
    }
    return all > 0 ? done / all : 0;
}

static void erase(watch *w)
{
    if (w->there)
        fputs("\r\033[K", stdout);
    w->there = false;
}

static void redraw(void *user)
{
    watch *w = user;
    double share = share_done(w), left = (now() - w->start) * (1 - share) / (share + 1e-9);
    size_t x, seconds = (size_t)(left + 0.5);

    if (w->terminal.plain || w->plan->quiet || interrupted())
        return;
    erase(w);
    canvas_clear(&w->canvas, w->terminal);
    progress_bar_draw(&w->canvas, 2, 0, 24, share);
    x = canvas_text(&w->canvas, 28, 0, normal, "%zu of %zu networks", w->done, w->rows->n_runs);
    if (share > 0.01)
        canvas_text(&w->canvas, x, 0, normal, ", %zu:%02zu left", seconds / 60, seconds % 60);
    canvas_print_line(&w->canvas, 0);
    fflush(stdout);
    w->there = true;
}

/* ---- lines as they come ---------------------------------------------------------- */

static void train_run(void *user, size_t i)
{
    watch *w = user;
    size_t seeds = w->plan->seeds;
    row *r = w->order[i / seeds];

    learn(&r->runs[i % seeds], &r->recipe, w->data);
}

static void tell_row(void *user, size_t i)
{
    watch *w = user;
    row *r = w->order[i / w->plan->seeds];

    w->done++;
    r->n_done++;
    if (r->n_done < r->n_runs || !row_is_over(r))
        return;
    row_sum_up(r);
    w->lines++;
    if (w->plan->quiet || w->rows->n == 1)
        return;
    erase(w);
    table_line(w->table, r, ' ');
    fflush(stdout);
}

/* The sorted table comes where the lines are, if they all are still on the screen. */
static void make_room(watch *w)
{
    struct winsize size;

    erase(w);
    if (w->plan->quiet || w->rows->n == 1 || w->lines == 0)
        return;
    if (!w->terminal.plain && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 &&
        size.ws_row > w->lines + 2 && size.ws_col >= (unsigned)table_width(w->table))
        printf("\033[%zuF\033[J", w->lines + 1);
    else if (!interrupted())
        puts("\nsorted:\n");
}

static bool train_all(watch *w)
{
    crew trying = { w, try_row, look_at_trial, NULL };
    crew learning = { w, train_run, tell_row, redraw };

    if (!crew_run(&trying, w->plan->threads, w->rows->n) || w->refused)
        return false;
    for (size_t i = 0; i < w->rows->n; i++)
        w->order[i] = &w->rows->at[i];
    qsort(w->order, w->rows->n, sizeof *w->order, by_time);
    announce(w);
    w->start = now();
    if (!crew_run(&learning, w->plan->threads, w->rows->n_runs))
        return false;
    make_room(w);
    if (interrupted())
        printf("\nstopped: %zu of %zu networks are trained\n\n", rows_cut(w->rows),
               w->rows->n_runs);
    return true;
}

bool watch_all(const plan *p, const table *t, rows *r, const dataset *d)
{
    watch *w = calloc(1, sizeof *w);
    bool good = false;

    if (w != NULL) {
        *w = (watch){ .plan = p, .table = t, .rows = r, .data = d, .terminal = terminal_look(),
                      .order = calloc(r->n, sizeof *w->order) };
        good = w->order != NULL ? train_all(w) : complain("no memory for %zu rows", r->n);
        free(w->order);
    } else {
        complain("out of memory");
    }
    free(w);
    return good;
}
