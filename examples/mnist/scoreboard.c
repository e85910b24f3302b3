/* What came out, on one screen of 80 x 24: figures, confusion, the worst mistakes as pictures.
 * On a narrower terminal less of it. */
#include "picture.h"

#include <math.h>
#include <string.h>

enum { BESIDE = MATRIX_COLUMNS + 1, SIDE = 20, ROOM = SIDE + 7, FULL = 80 };
enum { FIGURES = FULL - BESIDE, CURVE_COLUMNS = 6 };

typedef struct grouped { char text[32]; } grouped; /* 13,002 */

static grouped group(size_t n)
{
    grouped g;
    size_t end = sizeof g.text - 1;

    g.text[end] = '\0';
    for (int digits = 0; digits == 0 || (n > 0 && end > 1); digits++, n /= 10) {
        if (digits > 0 && digits % 3 == 0)
            g.text[--end] = ',';
        g.text[--end] = (char)('0' + n % 10);
    }
    for (size_t i = 0; end + i < sizeof g.text; i++)
        g.text[i] = g.text[end + i];
    return g;
}

static const char *plural(size_t n)
{
    return n == 1 ? "" : "s";
}

/* ---- figures --------------------------------------------------------------------------- */

static size_t images_a_second(const training *t)
{
    return (size_t)((double)t->n_epochs * (double)t->rows / t->seconds + 0.5);
}

static size_t draw_speed(canvas *c, size_t x, size_t y, const training *t)
{
    if (t == NULL || t->n_epochs == 0)
        return y;
    canvas_text(c, x, y, normal, "%zu epoch%s in %.2f s", t->n_epochs, plural(t->n_epochs),
                t->seconds);
    canvas_text(c, x, y + 1, normal, "%s images/s, %d thread%s",
                group(images_a_second(t)).text, t->plan.threads, plural((size_t)t->plan.threads));
    return y + 2;
}

/* That of training as a curve, for what two epochs or more say. */
static void draw_loss(canvas *c, size_t x, size_t y, const result *r, const training *t)
{
    double losses[1000];
    size_t n = t != NULL ? t->n_epochs : 0, k = n < 1000 ? n : 1000;

    x = canvas_text(c, x, y, normal, "loss ");
    for (size_t i = 0; i < k; i++)
        losses[i] = t->history[i * n / k].train.loss;
    if (k > 1) {
        curve_draw(c, x, y, CURVE_COLUMNS, losses, k);
        x += (k < CURVE_COLUMNS ? k : CURVE_COLUMNS) + 1;
    }
    if (k > 0)
        x = canvas_text(c, x, y, normal, "%.4f, test ", t->history[n - 1].train.loss);
    canvas_text(c, x, y, normal, isfinite(r->loss) ? "%.4f" : "unknown", r->loss);
}

/* Without its parameters where both are too long. */
static void draw_network(canvas *c, size_t x, size_t y, const result *r)
{
    grouped parameters = group(r->parameters);
    bool both = strlen(r->network) + strlen(parameters.text) + strlen(",  parameters") <= FIGURES;

    x = canvas_text(c, x, y, normal, "%s", r->network);
    if (both)
        canvas_text(c, x, y, normal, ", %s parameters", parameters.text);
}

/* In FIGURES columns, up to 9 lines. Returns the line after them. */
static size_t draw_figures(canvas *c, size_t x, size_t y, const result *r, const training *t,
                           bool loose)
{
    char accuracy[16];

    snprintf(accuracy, sizeof accuracy, "%.2f %%", 100 * r->accuracy);
    y += large_draw(c, x, y, accuracy, right);
    canvas_text(c, x, y++, normal, "of %s test images are right", group(r->images).text);
    y += loose;
    draw_network(c, x, y++, r);
    y = draw_speed(c, x, y, t);
    draw_loss(c, x, y, r, t);
    return y + 1;
}

/* ---- mistakes ----------------------------------------------------------------------------- */

/* What it is and what it was taken for stand beside it. */
static void draw_mistake(canvas *c, size_t x, size_t y, const mistake *m, const image_set *images)
{
    picture p;

    if (!picture_take(&p, images, m->image, SIDE))
        return;
    picture_draw(c, x, y, &p);
    x += SIDE + 1;
    canvas_text(c, x, y + 1, dim, "#%zu", m->image);
    canvas_text(c, x, y + 3, right, "is %d", m->truth);
    canvas_text(c, x, y + 5, normal, "seen");
    canvas_text(c, x, y + 6, wrong, "as %d", m->guess);
    canvas_text(c, x, y + 7, normal, "%.*f%%", m->of_guess < 0.9995 ? 1 : 0, 100 * m->of_guess);
}

static const char *worst_title(const result *r)
{
    static const char *const titles[WORST + 1] = { "no mistake", "the only mistake",
                                                   "both mistakes", "the three worst mistakes" };

    return titles[r->n_worst];
}

/* ---- layouts --------------------------------------------------------------------------------- */

static void draw_full(canvas *c, const dataset *d, const result *r, const training *t)
{
    matrix_draw(c, 0, 0, r);
    draw_figures(c, BESIDE, 0, r, t, true);
    canvas_text(c, BESIDE, MATRIX_LINES - 2, dim, "down: is, across: seen as");
    canvas_text(c, 0, MATRIX_LINES, bold, "%s", worst_title(r));
    for (size_t i = 0; i < r->n_worst; i++)
        draw_mistake(c, i * ROOM, MATRIX_LINES + 1, &r->worst[i], &d->test);
}

/* Figures above the matrix; mistakes in words. */
static void draw_half(canvas *c, const result *r, const training *t)
{
    size_t y = draw_figures(c, 0, 0, r, t, false);

    matrix_draw(c, 0, y, r);
    y += MATRIX_LINES;
    for (size_t i = 0; i < r->n_worst; i++)
        canvas_text(c, 0, y++, normal, "image %zu is %d, seen as %d (%.1f %%)", r->worst[i].image,
                    r->worst[i].truth, r->worst[i].guess, 100 * r->worst[i].of_guess);
}

static void say_all(const terminal *t, const result *r, const training *trained)
{
    terminal_say(t, "%.2f %% of %s test images are right", 100 * r->accuracy,
                 group(r->images).text);
    terminal_say(t, "%s", r->network);
    if (trained != NULL && trained->n_epochs > 0)
        terminal_say(t, "%zu epoch%s in %.2f s, %s images a second", trained->n_epochs,
                     plural(trained->n_epochs), trained->seconds,
                     group(images_a_second(trained)).text);
    for (size_t i = 0; i < r->n_worst; i++)
        terminal_say(t, "image %zu is %d, seen as %d", r->worst[i].image, r->worst[i].truth,
                     r->worst[i].guess);
}

void scoreboard(const terminal *t, const dataset *d, const result *r, const training *trained)
{
    canvas c;

    canvas_clear(&c, *t);
    if (t->columns >= FULL)
        draw_full(&c, d, r, trained);
    else if (t->columns >= MATRIX_COLUMNS)
        draw_half(&c, r, trained);
    else
        say_all(t, r, trained);
    canvas_print(&c);
}
