/* Unix times differ in their last digits, which a float does not hold: 400 seconds in a row are 4
 * different floats. From such a column its least number is subtracted before it is rounded. */
#include "table.h"

#include <math.h>
#include <stdlib.h>

bool offsets_find(model *m, const gn_csv *csv, const settings *s)
{
    /* classes are called by their numbers */
    const size_t n = m->inputs.n + (s->task == CLASSIFICATION ? 0 : m->outputs.n);

    for (size_t i = 0; i < n; i++)
        if (csv->columns[i].offset != 0) {
            if (m->offsets == NULL)
                m->offsets = calloc(m->inputs.n + m->outputs.n, sizeof *m->offsets);
            if (m->offsets == NULL)
                return complain("no memory for %zu columns", csv->matrix.cols);
            m->offsets[i] = csv->columns[i].offset;
        }
    return true;
}

/* ---- words -------------------------------------------------------------------------- */

typedef struct digits { char text[32]; } digits;

/* As few as read back to the same number. */
static digits shortest(double x)
{
    digits d;

    for (int n = 15; n <= 17; n++) {
        snprintf(d.text, sizeof d.text, "%.*g", n, x);
        if (strtod(d.text, NULL) == x)
            break;
    }
    return d;
}

static const char *name_of(const model *m, size_t i)
{
    return i < m->inputs.n ? m->inputs.at[i] : m->outputs.at[i - m->inputs.n];
}

void offsets_tell(const model *m)
{
    for (size_t i = 0; m->offsets != NULL && i < m->inputs.n + m->outputs.n; i++)
        if (m->offsets[i] != 0)
            fprintf(stderr, "%s: counted from %s, since a %s has %d digits\n", name_of(m, i),
                    shortest(m->offsets[i]).text,
                    sizeof(gn_real) == sizeof(float) ? "float" : "double",
                    sizeof(gn_real) == sizeof(float) ? 7 : 15);
}

static void print(FILE *file, const model *m, size_t first, size_t n)
{
    for (size_t i = first; i < first + n; i++) {
        const double offset = m->offsets != NULL ? m->offsets[i] : 0;

        fprintf(file, "%s%s", i > first ? ", " : "", name_of(m, i));
        if (offset != 0)
            fprintf(file, " %c %s", offset < 0 ? '+' : '-', shortest(fabs(offset)).text);
    }
}

void offsets_print_inputs(FILE *file, const model *m)
{
    print(file, m, 0, m->inputs.n);
}

void offsets_print_outputs(FILE *file, const model *m)
{
    print(file, m, m->inputs.n, m->outputs.n);
}
