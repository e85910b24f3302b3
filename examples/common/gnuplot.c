/* Pictures by gnuplot. */
#include "gnuplot.h"
#include "complain.h"
#include "ending.h"

#include <signal.h>
#include <stdlib.h>

const char *const gnuplot_colours[GNUPLOT_COLOURS] = {
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000",
};

bool gnuplot_is_there(void)
{
    return system("gnuplot --version >/dev/null 2>&1") == 0 ||
           complain("--plot wants gnuplot, which is not there (Debian: apt-get install "
                    "gnuplot-nox); --csv writes the same numbers");
}

void gnuplot_quote(FILE *script, const char *text)
{
    fputc('\'', script);
    for (; *text != '\0'; text++)
        fprintf(script, *text == '\'' ? "''" : "%c", *text);
    fputc('\'', script);
}

/* By the name's ending; an SVG where there is none. PDF is measured in inches, of 96 pixels. */
static void set_terminal(FILE *script, const char *path, int width, int height)
{
    if (ends_in(path, ".png"))
        fprintf(script, "set terminal pngcairo noenhanced size %d,%d font 'sans,10' "
                "background 'white'", width, height);
    else if (ends_in(path, ".pdf"))
        fprintf(script, "set terminal pdfcairo noenhanced size %.3f,%.3f font 'sans,10' "
                "background 'white'", width / 96.0, height / 96.0);
    else
        fprintf(script, "set terminal svg noenhanced size %d,%d font 'sans-serif,13' "
                "background 'white'", width, height);
}

bool gnuplot_start(gnuplot *g, const char *path, int width, int height)
{
    if (!output_open(&g->output, path))
        return false;
    signal(SIGPIPE, SIG_IGN); /* a gnuplot that dies tells by its status */
    g->script = popen("gnuplot", "w");
    if (g->script == NULL) {
        output_discard(&g->output);
        return complain("cannot start gnuplot");
    }
    set_terminal(g->script, path, width, height);
    fputs("\nset output ", g->script);
    gnuplot_quote(g->script, g->output.part != NULL ? g->output.part : path);
    fputs("\nset grid lt 1 lw 0.5 lc rgb '#dddddd'\nset border 3\n", g->script);
    return true;
}

bool gnuplot_end(gnuplot *g)
{
    const char *path = g->output.path;

    if (pclose(g->script) == 0)
        return output_commit(&g->output);
    output_discard(&g->output);
    return complain("gnuplot could not draw %s", path);
}
