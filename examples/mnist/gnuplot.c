/* Pictures by gnuplot. */
#include "gnuplot.h"

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
    fprintf(g->script, "set terminal svg noenhanced size %d,%d font 'sans-serif,13' "
            "background 'white'\nset output ", width, height);
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
