/* The curves of a training, which gnuplot draws: what it writes as SVG goes into the page. */
#include "page.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

/* ---- what is drawn ------------------------------------------------------------------------ */

typedef struct curve { const char *name; double (*value)(const gn_epoch *e); } curve;

static double train_loss(const gn_epoch *e)     { return e->train.loss; }
static double valid_loss(const gn_epoch *e)     { return e->valid.loss; }
static double train_accuracy(const gn_epoch *e) { return 100 * e->train.accuracy; }
static double valid_accuracy(const gn_epoch *e) { return 100 * e->valid.accuracy; }
static double rate(const gn_epoch *e)           { return e->rate; }

static const struct figure {
    const char *id, *title, *caption, *unit;
    bool from_zero; /* the vertical axis */
    curve curves[2];
} figures[] = {
    { "loss", "Loss", "What training makes smaller.", "", true,
      { { "Training", train_loss }, { "Validation", valid_loss } } },
    { "accuracy", "Accuracy", "Images read right, in percent.", "&nbsp;%", false,
      { { "Training", train_accuracy }, { "Validation", valid_accuracy } } },
    { "rate", "Learning rate", "How far a step goes, by the end of each epoch.", "", true,
      { { "Rate", rate }, { NULL, NULL } } },
};

enum { FIGURES = sizeof figures / sizeof figures[0], CURVES = 2, TICS = 5 };

/* A line wants two points. */
static bool is_known(const curve *c, const gn_epoch *epochs, size_t n)
{
    size_t points = 0;

    for (size_t i = 0; c->value != NULL && i < n && points < 2; i++)
        points += isfinite(c->value(&epochs[i])) != 0;
    return points == 2;
}

/* ---- axes --------------------------------------------------------------------------------- */

/* 1, 2 or 5 times a power of ten, of which about TICS make the extent. */
static double step_of(double extent)
{
    double power = pow(10, floor(log10(extent / TICS))), share = extent / TICS / power;

    return power * (share > 5 ? 10 : share > 2 ? 5 : share > 1 ? 2 : 1);
}

typedef struct axis { double low, high, step; } axis;

static axis vertical_axis(const struct figure *f, const gn_epoch *epochs, size_t n)
{
    axis a = { .low = INFINITY, .high = -INFINITY };

    for (size_t i = 0; i < CURVES * n; i++) {
        const curve *c = &f->curves[i % CURVES];
        double value = c->value != NULL ? c->value(&epochs[i / CURVES]) : NAN;

        a.low = isfinite(value) ? fmin(a.low, value) : a.low;
        a.high = isfinite(value) ? fmax(a.high, value) : a.high;
    }
    if (f->from_zero)
        a.low = fmin(0, a.low);
    if (!(a.high > a.low))
        a.low = a.high - 1;
    a.step = step_of(a.high - a.low);
    a.low = a.step * floor(a.low / a.step);
    a.high = a.step * ceil(a.high / a.step);
    return a;
}

/* ---- the script ---------------------------------------------------------------------------- */

static void write_points(FILE *script, const curve *c, const gn_epoch *epochs, size_t n)
{
    size_t stride = page_stride(n);

    fprintf(script, "$%s << E\n", c->name);
    for (size_t i = 0; i < n; i++)
        if ((i % stride == 0 || i == n - 1) && isfinite(c->value(&epochs[i])))
            fprintf(script, "%llu %.9g\n", (unsigned long long)epochs[i].epoch,
                    c->value(&epochs[i]));
    fputs("E\n", script);
}

static void write_axes(FILE *script, const struct figure *f, const gn_epoch *epochs, size_t n)
{
    axis a = vertical_axis(f, epochs, n);
    double first = (double)epochs[0].epoch, last = (double)epochs[n - 1].epoch;

    fprintf(script, "set terminal svg noenhanced size 400,240 font 'sans-serif,13' name '%s'\n"
            "set border 1\nunset key\nset lmargin 7\nset rmargin 3\nset tmargin 0.6\n"
            "set grid ytics lt 1 lw 1\nset xtics scale 0.4 out nomirror\n"
            "set xlabel 'epoch' offset 0,0.4\n", f->id);
    fprintf(script, "set xrange [%.0f:%.0f]\nset xtics %.0f\nset yrange [%.9g:%.9g]\n"
            "set ytics scale 0 nomirror %.9g\n", first, last, fmax(1, step_of(last - first)),
            a.low, a.high, a.step);
}

/* (page/figures.css has the colours, of a light page and of a dark one: by the curve's number, so
 * that one of which nothing is known is drawn, too.) */
static void write_script(FILE *script, const struct figure *f, const gn_epoch *epochs, size_t n)
{
    write_axes(script, f, epochs, n);
    for (int i = 0; i < CURVES; i++)
        if (is_known(&f->curves[i], epochs, n))
            write_points(script, &f->curves[i], epochs, n);
    for (int i = 0; i < CURVES && f->curves[i].value != NULL; i++) {
        fputs(i == 0 ? "plot " : ", ", script);
        if (is_known(&f->curves[i], epochs, n))
            fprintf(script, "$%s with lines lw 2 dt %s", f->curves[i].name,
                    i == 0 ? "solid" : "'-'");
        else
            fputs("NaN with lines", script);
    }
    fputs("\n", script);
}

/* ---- running it ---------------------------------------------------------------------------- */

/* The script is in the command, as sh's here-document: a pipe goes one way only, and comes back. */
static char *command_of(const struct figure *f, const gn_epoch *epochs, size_t n)
{
    char *text = NULL;
    size_t size;
    FILE *file = open_memstream(&text, &size);

    if (file == NULL)
        return NULL;
    fputs("gnuplot --default-settings 2>/dev/null <<'END'\n", file);
    write_script(file, f, epochs, n);
    fputs("END\n", file);
    return fclose(file) == 0 ? text : NULL;
}

/* Leaves out what HTML has no use for: all before the <svg>; symbols for points, whose names would
 * be there three times; titles, which say "loss_plot_1". */
static void copy_svg(FILE *html, FILE *svg)
{
    char *line = NULL, *title;
    size_t room = 0;
    bool inside = false, symbols = false;

    while (getline(&line, &room, svg) >= 0) {
        inside |= strncmp(line, "<svg", 4) == 0;
        symbols |= strncmp(line, "<defs>", 6) == 0;
        title = strstr(line, "<title>");
        if (title != NULL)
            strcpy(title, "\n");
        if (inside && !symbols)
            fputs(strcmp(line, "<g id=\"gnuplot_canvas\">\n") == 0 ? "<g>\n" : line, html);
        symbols &= strncmp(line, "</defs>", 7) != 0;
    }
    free(line);
}

enum { NO_SUCH_COMMAND = 127 };

/* The exit status of gnuplot; -1: it could not be started. */
static int draw(FILE *html, const struct figure *f, const gn_epoch *epochs, size_t n)
{
    char *command = command_of(f, epochs, n);
    FILE *svg = command != NULL ? popen(command, "r") : NULL;
    int status = -1;

    if (svg != NULL) {
        copy_svg(html, svg);
        status = pclose(svg);
    }
    free(command);
    return status >= 0 && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* ---- figures of HTML ------------------------------------------------------------------------ */

static void write_legend(FILE *html, const struct figure *f, const gn_epoch *epochs, size_t n)
{
    fputs("<p class=\"legends\">", html);
    for (int i = 0; f->curves[1].value != NULL && i < CURVES; i++)
        if (is_known(&f->curves[i], epochs, n))
            fprintf(html, "<span class=\"legend line-%d\">%s</span> ", i + 1, f->curves[i].name);
    fputs("</p>\n", html);
}

/* In words, for those who do not see it. */
static void write_ends(FILE *html, const struct figure *f, const gn_epoch *epochs, size_t n)
{
    const curve *c = &f->curves[is_known(&f->curves[0], epochs, n) ? 0 : 1];
    size_t first = 0, last = n - 1;

    while (!isfinite(c->value(&epochs[first])))
        first++;
    while (!isfinite(c->value(&epochs[last])))
        last--;
    fprintf(html, " %s: %.3g%s after epoch %llu, %.3g%s after epoch %llu.", c->name,
            c->value(&epochs[first]), f->unit, (unsigned long long)epochs[first].epoch,
            c->value(&epochs[last]), f->unit, (unsigned long long)epochs[last].epoch);
}

static int write_figure(FILE *html, const struct figure *f, const gn_epoch *epochs, size_t n)
{
    int status;

    if (!is_known(&f->curves[0], epochs, n) && !is_known(&f->curves[1], epochs, n))
        return 0;
    fprintf(html, "<figure class=\"curve\" aria-labelledby=\"curve-%s\">\n<h3 id=\"curve-%s\">%s"
            "</h3>\n", f->id, f->id, f->title);
    write_legend(html, f, epochs, n);
    fputs("<div aria-hidden=\"true\">\n", html);
    status = draw(html, f, epochs, n);
    fprintf(html, "</div>\n<figcaption>%s", f->caption);
    if (f->curves[1].value != NULL)
        write_ends(html, f, epochs, n);
    if (page_stride(n) > 1)
        fprintf(html, " One epoch in %zu is drawn.", page_stride(n));
    fputs("</figcaption>\n</figure>\n", html);
    return status;
}

bool page_curves(FILE *html, const gn_epoch *epochs, size_t n, bool *drawn)
{
    char *text = NULL;
    size_t size;
    FILE *file = n > 1 ? open_memstream(&text, &size) : NULL;
    int status = 0;

    *drawn = true;
    if (n < 2) {
        fputs(n == 0 ? "<p>The history of this training is not known: <code>--history</code> "
              "keeps it in a file, of which a page can be made.</p>\n"
              : "<p>One epoch makes no curve: its numbers are below.</p>\n", html);
        return true;
    }
    for (int i = 0; file != NULL && i < FIGURES && status == 0; i++)
        status = write_figure(file, &figures[i], epochs, n);
    if (file == NULL || fclose(file) != 0)
        return complain("no memory for the curves");
    *drawn = status == 0;
    if (*drawn)
        fprintf(html, "<div class=\"curves\">\n%s</div>\n", text);
    else
        fprintf(html, "<p>The curves are missing: gnuplot draws them, and %s (Debian: "
                "<code>apt-get install gnuplot-nox</code>). Their numbers are below.</p>\n",
                status == NO_SUCH_COMMAND ? "it was not there" : "it failed");
    free(text);
    return true;
}
