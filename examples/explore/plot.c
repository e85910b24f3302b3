/* The picture, drawn by gnuplot: on the left accuracy against what varies, on the right the way
 * there, epoch by epoch. */
#include "drawing.h"
#include "common/gnuplot.h"

#include <math.h>

enum { WIDTH = 1240, HEIGHT = 480, NARROW = 760 };

/* ---- colours: of each line, or, where there is but one, of each row -------------- */

static size_t colours_needed(const drawing *d)
{
    return d->n_lines > 1 ? d->n_lines : d->n;
}

static size_t colour_index(const drawing *d, const mark *m)
{
    return d->n_lines > 1 ? m->line : (size_t)(m - d->marks);
}

static void write_colour(FILE *script, const drawing *d, const mark *m)
{
    size_t n = colours_needed(d), i = colour_index(d, m);

    if (d->ordered || n > GNUPLOT_COLOURS)
        fprintf(script, " lc palette frac %.4f", n > 1 ? (double)i / (double)(n - 1) : 0.3);
    else
        fprintf(script, " lc rgb '%s'", gnuplot_colours[i]);
}

/* Where x is a number of parameters, points have the layers beside them. */
static bool has_labels(const drawing *d)
{
    return d->x == HIDDEN && !d->by_units;
}

/* ---- axes ------------------------------------------------------------------------ */

enum { MOST_TICS = 32, FEW_TICS = 5 };

typedef struct tics { range range; double at[MOST_TICS]; size_t n; } tics;

static void add_tic(FILE *script, tics *t, double percent)
{
    double y = drawing_y(percent / 100), room = 0.055 * (t->range.high - t->range.low);

    for (size_t k = 0; k < t->n; k++)
        if (fabs(y - t->at[k]) < room)
            return;
    if (y < t->range.low || y > t->range.high || t->n == MOST_TICS)
        return;
    fprintf(script, "%s'%g %%%%' %.6g", t->n > 0 ? ", " : "", percent, y); /* (it is a format) */
    t->at[t->n++] = y;
}

/* Round numbers first; the others where there is room for them, tenths where there are few. */
static void write_y_axis(FILE *script, range r)
{
    static const double percent[] = { 99.9, 99, 98, 97, 96, 95, 90, 80, 50, 10, 94, 93, 92, 91,
        85, 70, 60, 40, 30, 20, 99.5, 98.5, 97.5, 96.5, 95.5, 94.5, 93.5, 92.5, 91.5, 90.5 };
    tics t = { .range = r };

    fprintf(script, "set yrange [%.6g:%.6g]\nset ytics nomirror out scale 0.5 (", r.low, r.high);
    for (size_t i = 0; i < sizeof percent / sizeof *percent; i++)
        add_tic(script, &t, percent[i]);
    for (int i = t.n < FEW_TICS ? 998 : 0; i > 800; i--)
        add_tic(script, &t, i / 10.0);
    fputs(")\n", script);
}

static void write_x_range(FILE *script, const drawing *d)
{
    double low = INFINITY, high = -INFINITY, room;

    for (const mark *m = d->marks; m < d->marks + d->n; m++) {
        low = fmin(low, m->x);
        high = fmax(high, m->x);
    }
    room = d->spacing == NAMED ? 0.5 : 0.06 * (high - low);
    if (d->spacing == LOGARITHMIC)
        fprintf(script, "set logscale x\nset xrange [%.9g:%.9g]\n", low / pow(high / low, 0.06),
                high * pow(high / low, 0.06));
    else
        fprintf(script, "set xrange [%.9g:%.9g]\n", low - room, high + room);
}

static const char *name_of_x(const drawing *d)
{
    return d->x != HIDDEN ? axis_name(d->x)
         : d->by_units    ? "units of each hidden layer" : "parameters";
}

/* A value of which another line has had a point there already. */
static bool is_repeated(const drawing *d, const mark *m)
{
    for (const mark *other = d->marks; other < m; other++)
        if (!(other->x < m->x || other->x > m->x))
            return true;
    return false;
}

/* Tics are at the values, as the user wrote them. */
static void write_x_axis(FILE *script, const drawing *d)
{
    const char *between = "(";

    write_x_range(script, d);
    fprintf(script, "set xlabel '%s'\nset xtics nomirror out scale 0.5 ", name_of_x(d));
    for (const mark *m = d->marks; m < d->marks + d->n && !has_labels(d); m++)
        if (!is_repeated(d, m)) {
            fputs(between, script);
            if (d->by_units)
                fprintf(script, "'%zu' %zu", m->row->recipe.hidden.at[0],
                        m->row->recipe.hidden.at[0]);
            else
                fprintf(script, "'%s' %.9g", m->row->value[d->x], m->x);
            between = ", ";
        }
    fputs(has_labels(d) ? "autofreq\n" : ")\n", script);
}

/* ---- numbers --------------------------------------------------------------------- */

/* Where several lines share a name on the x axis, they stand beside one another. */
static double shifted(const drawing *d, const mark *m)
{
    if (d->spacing != NAMED || d->n_lines < 2)
        return m->x;
    return m->x + 0.3 * ((double)m->line / (double)(d->n_lines - 1) - 0.5);
}

/* A block for each line: x, y, and y with the spread taken away and added. */
static void write_lines(FILE *script, const drawing *d)
{
    for (size_t line = 0; line < d->n_lines; line++) {
        fprintf(script, "$line%zu << END\n", line);
        for (const mark *m = d->marks; m < d->marks + d->n; m++)
            if (m->line == line && m->row->good > 0) {
                figure v = m->row->validation;

                fprintf(script, "%.9g %.6g %.6g %.6g\n", shifted(d, m), drawing_y(v.mean),
                        drawing_y(v.mean - v.spread), drawing_y(v.mean + v.spread));
            }
        fputs("END\n", script);
    }
}

static const char *label_of(const drawing *d, const mark *m)
{
    return m->row->good == 0 ? "diverged" : has_labels(d) ? m->row->value[HIDDEN] : "";
}

/* A block for each row: the point again, with a label, and its curve. */
static void write_rows(FILE *script, const drawing *d, range results)
{
    for (size_t i = 0; i < d->n; i++) {
        const mark *m = &d->marks[i];
        figure v = m->row->validation;
        double bottom = results.low + 0.02 * (results.high - results.low);

        fprintf(script, "$point%zu << END\n%.9g %.6g %.6g %.6g ", i, shifted(d, m),
                m->row->good > 0 ? drawing_y(v.mean) : bottom, drawing_y(v.mean - v.spread),
                drawing_y(v.mean + v.spread));
        fprintf(script, "\"%s\"\nEND\n$curve%zu << END\n", label_of(d, m), i);
        for (size_t epoch = 0; epoch < row_epochs(m->row); epoch++)
            fprintf(script, "%zu %.6g\n", epoch + 1, drawing_y(row_curve(m->row, epoch)));
        fputs("END\n", script);
    }
}

/* ---- panels ---------------------------------------------------------------------- */

static bool is_drawn(const drawing *d, size_t line)
{
    size_t n = 0;

    for (const mark *m = d->marks; m < d->marks + d->n; m++)
        n += m->line == line && m->row->good > 0;
    return n > 0;
}

static const mark *first_of(const drawing *d, size_t line)
{
    const mark *m = d->marks;

    while (m->line != line)
        m++;
    return m;
}

static void write_results(FILE *script, const drawing *d)
{
    static const char *const corner[] = { "left offset 0.6,-0.7", "right offset -0.6,0.6",
                                          "left offset 0.6,0.6", "right offset -0.6,-0.7" };
    const char *between = "";

    fputs("unset key\nset title 'after training", script);
    if (d->plan->seeds > 1)
        fprintf(script, " (mean and standard deviation of %zu seeds)", d->plan->seeds);
    fputs("'\nplot ", script);
    for (size_t line = 0; line < d->n_lines && d->spacing != NAMED; line++)
        if (is_drawn(d, line)) {
            fprintf(script, "%s$line%zu using 1:2 with lines lw 2", between, line);
            if (d->n_lines > 1)
                write_colour(script, d, first_of(d, line));
            else
                fputs(" lc rgb '#bbbbbb'", script);
            between = ", ";
        }
    for (size_t i = 0; i < d->n; i++) {
        const mark *m = &d->marks[i];
        bool good = m->row->good > 0, best = m->row == d->best;

        if (good && m->row->good > 1) {
            fprintf(script, "%s$point%zu using 1:2:3:4 with yerrorbars pt -1 lw 1.5", between, i);
            write_colour(script, d, m);
            between = ", ";
        }
        fprintf(script, "%s$point%zu using 1:2 with points lw 2 pt %d ps %s", between, i,
                good ? 7 : 2, best ? "1.4" : "0.9");
        write_colour(script, d, m);
        if (*label_of(d, m) != '\0')
            fprintf(script, ", $point%zu using 1:2:5 with labels font ',10' %s", i,
                    good ? corner[m->line % 4] : "offset 0,0.9");
        between = ", ";
    }
    fputc('\n', script);
}

/* In the key a line is named once: at its best row, whose curve is heavy. */
static bool stands_for_line(const drawing *d, const mark *m)
{
    const mark *found = NULL;

    for (const mark *other = d->marks; other < d->marks + d->n; other++)
        if (other->line == m->line &&
            (found == NULL || (other->row->good > 0 &&
                               !(other->row->validation.mean <= found->row->validation.mean))))
            found = other;
    return found == m;
}

static void write_curves(FILE *script, const drawing *d, size_t epochs)
{
    char name[LINE_NAME];

    fprintf(script, "unset logscale x\nset xrange [0.5:%zu.5]\nset xlabel 'epoch'\n"
            "set xtics nomirror out scale 0.5 %zu\nset title 'while it learned'\n"
            "set key outside right top Left reverse\nplot NaN notitle",
            epochs, 1 + (epochs - 1) / 10);
    for (size_t i = 0; i < d->n; i++) {
        const mark *m = &d->marks[i];
        bool heavy = d->n_lines == 1 || stands_for_line(d, m);

        if (row_epochs(m->row) == 0)
            continue;
        if (d->n_lines == 1)
            row_name(name, sizeof name, m->row, d->plan, AXES);
        else
            snprintf(name, sizeof name, "%s", m->line_name);
        fprintf(script, ", $curve%zu using 1:2 with lines lw %s", i,
                heavy ? "2" : "0.5");
        write_colour(script, d, m);
        fputs(heavy && *name != '\0' ? " title " : " notitle", script);
        if (heavy && *name != '\0')
            gnuplot_quote(script, name);
    }
    fputc('\n', script);
}

static size_t most_epochs(const drawing *d)
{
    size_t most = 1;

    for (const mark *m = d->marks; m < d->marks + d->n; m++)
        most = row_epochs(m->row) > most ? row_epochs(m->row) : most;
    return most;
}

static void write_script(FILE *script, const drawing *d)
{
    range results = drawing_results(d);

    fputs("set palette defined (0 '#440154', 0.3 '#31688e', 0.6 '#20a486', 1 '#c8b81f')\n"
          "unset colorbox\nset lmargin 10\nset ylabel 'validation accuracy' offset -1,0\n", script);
    write_lines(script, d);
    write_rows(script, d, results);
    if (d->x != AXES) {
        fputs("set multiplot layout 1,2\n", script);
        write_x_axis(script, d);
        write_y_axis(script, results);
        write_results(script, d);
    }
    write_y_axis(script, drawing_curves(d));
    write_curves(script, d, most_epochs(d));
}

bool plot_write(const char *path, const plan *p, const rows *r)
{
    drawing d;
    gnuplot g;
    bool good;

    if (path == NULL)
        return true;
    good = drawing_make(&d, p, r) &&
           gnuplot_start(&g, path, d.x == AXES ? NARROW : WIDTH, HEIGHT);
    if (good) {
        write_script(g.script, &d);
        good = gnuplot_end(&g);
    }
    drawing_free(&d);
    return good;
}
