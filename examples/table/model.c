/* What a network's numbers are called: chosen from a table's columns, and kept as a note beside
 * the network in its file. */
#include "table.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static const char note[] = "table";

/* ---- choosing --------------------------------------------------------------------- */

static size_t find_column(const gn_csv *look, const char *name)
{
    size_t i = 0;

    while (i < look->n_names && strcmp(look->names[i], name) != 0)
        i++;
    return i;
}

static bool no_column(const gn_csv *look, const char *by, const char *name)
{
    names all = { (char **)look->names, look->n_names < 12 ? look->n_names : 12 };

    complain("--%s %s: there is no such column%s", by, name,
             look->has_header ? "" : " (without a header they are called 1, 2, ...)");
    fprintf(stderr, "the columns are ");
    names_print(stderr, &all);
    fputs(all.n < look->n_names ? ", ...\n" : "\n", stderr);
    return false;
}

/* A column's name, or several with commas in between; marks which they are. */
static bool mark(const gn_csv *look, const char *by, const char *text, char sign, char *marks)
{
    names list = { NULL, 0 };
    bool good = find_column(look, text) < look->n_names ? names_add(&list, text)
                                                        : names_split(&list, text);

    for (size_t i = 0; good && i < list.n; i++) {
        size_t column = find_column(look, list.at[i]);

        if (column == look->n_names)
            good = no_column(look, by, list.at[i]);
        else if (marks[column] != '\0')
            good = complain("--%s %s: column '%s' is named twice", by, text, list.at[i]);
        else
            marks[column] = sign;
    }
    names_free(&list);
    return good;
}

/* The columns that have this mark, behind the n_places that are there. */
static bool collect(names *list, size_t *places, const gn_csv *look, const char *marks, char sign)
{
    for (size_t i = 0; i < look->n_names; i++)
        if (marks[i] == sign) {
            places[list->n] = i + 1;
            if (!names_add(list, look->names[i]))
                return false;
        }
    return true;
}

bool model_choose(model *m, const gn_csv *look, const settings *s)
{
    char *marks = calloc(look->n_names + 1, 1);
    bool good;

    *m = (model){ .columns = look->n_names };
    m->places = calloc(look->n_names + 1, sizeof *m->places);
    good = marks != NULL && m->places != NULL;
    if (!good)
        complain("no memory for %zu columns", look->n_names);
    good = good && mark(look, "target", s->target, 't', marks) &&
           (s->ignore == NULL || mark(look, "ignore", s->ignore, 'i', marks)) &&
           collect(&m->inputs, m->places, look, marks, '\0') &&
           collect(&m->outputs, m->places + m->inputs.n, look, marks, 't');
    if (good && m->inputs.n == 0)
        good = complain("%s has no column that could be an input", s->words[0]);
    free(marks);
    return good;
}

/* ---- writing ------------------------------------------------------------------------- */

static json_t *array_of(const names *list)
{
    json_t *array = json_array();

    for (size_t i = 0; array != NULL && i < list->n; i++) {
        json_t *text = json_string(list->at[i]);

        if (text == NULL)
            complain("'%s' is not UTF-8: write the table anew in UTF-8", list->at[i]);
        if (json_array_append_new(array, text) != 0) {
            json_decref(array);
            return NULL;
        }
    }
    return array;
}

static json_t *places_of(const model *m)
{
    json_t *array = json_array();

    for (size_t i = 0; array != NULL && i < m->inputs.n + m->outputs.n; i++)
        json_array_append_new(array, json_integer((json_int_t)m->places[i]));
    return array;
}

/* Nothing, if there are none. */
static bool add_offsets(json_t *root, const model *m)
{
    json_t *array = m->offsets != NULL ? json_array() : NULL;
    bool good = m->offsets == NULL || array != NULL;

    for (size_t i = 0; array != NULL && good && i < m->inputs.n + m->outputs.n; i++)
        good = json_array_append_new(array, json_real(m->offsets[i])) == 0;
    return array == NULL ? good : json_object_set_new(root, "offsets", array) == 0 && good;
}

bool model_attach(const model *m, gn_network *net)
{
    json_t *root = json_object();
    char *text;
    bool good;

    json_object_set_new(root, "task", json_string(m->classifies ? "classification" : "regression"));
    good = json_object_set_new(root, "inputs", array_of(&m->inputs)) == 0 &&
           json_object_set_new(root, "outputs", array_of(&m->outputs)) == 0 &&
           json_object_set_new(root, "classes", array_of(&m->classes)) == 0 &&
           json_object_set_new(root, "places", places_of(m)) == 0 &&
           json_object_set_new(root, "columns", json_integer((json_int_t)m->columns)) == 0 &&
           add_offsets(root, m);
    text = good ? json_dumps(root, JSON_COMPACT) : NULL;
    json_decref(root);
    good = text != NULL ? worked(gn_network_set_note(net, note, text))
                        : complain("the names of the columns cannot be noted");
    free(text);
    return good;
}

/* ---- reading -------------------------------------------------------------------------- */

static bool read_names(names *list, const json_t *root, const char *key)
{
    const json_t *array = json_object_get(root, key);
    bool good = json_is_array(array);

    for (size_t i = 0; good && i < json_array_size(array); i++) {
        const char *text = json_string_value(json_array_get(array, i));

        good = text != NULL && names_add(list, text);
    }
    return good;
}

static bool read_places(model *m, const json_t *root)
{
    const json_t *array = json_object_get(root, "places");
    size_t n = m->inputs.n + m->outputs.n;
    json_int_t columns = json_integer_value(json_object_get(root, "columns"));
    bool good = json_array_size(array) == n && columns > 0;

    m->columns = good ? (size_t)columns : 0;
    m->places = calloc(n + 1, sizeof *m->places);
    good = good && m->places != NULL;
    for (size_t i = 0; good && i < n; i++) {
        json_int_t place = json_integer_value(json_array_get(array, i));

        good = place >= 1 && place <= columns;
        m->places[i] = (size_t)(good ? place : 1);
    }
    return good;
}

static bool read_offsets(model *m, const json_t *root)
{
    const json_t *array = json_object_get(root, "offsets");
    size_t n = m->inputs.n + m->outputs.n;
    bool good = array == NULL || json_array_size(array) == n;

    if (array == NULL || !good)
        return good;
    m->offsets = calloc(n, sizeof *m->offsets);
    good = m->offsets != NULL;
    for (size_t i = 0; good && i < n; i++) {
        good = json_is_number(json_array_get(array, i));
        m->offsets[i] = json_number_value(json_array_get(array, i));
    }
    return good;
}

static bool read_note(model *m, const gn_network *net)
{
    const char *text = gn_network_note(net, note);
    json_t *root = text != NULL ? json_loads(text, JSON_REJECT_DUPLICATES, NULL) : NULL;
    const char *kind = json_string_value(json_object_get(root, "task"));
    gn_shape in = gn_network_input(net), out = gn_network_output(net);
    bool good = kind != NULL && read_names(&m->inputs, root, "inputs") &&
                read_names(&m->outputs, root, "outputs") &&
                read_names(&m->classes, root, "classes") && read_places(m, root) &&
                read_offsets(m, root);

    m->classifies = good && strcmp(kind, "classification") == 0;
    json_decref(root);
    return good && m->inputs.n == in.channels * in.height * in.width && m->outputs.n > 0 &&
           (m->classifies ? m->classes.n : m->outputs.n) == out.channels * out.height * out.width;
}

bool model_load(model *m, gn_network **net, const char *path)
{
    *m = (model){ .columns = 0 };
    return worked(gn_network_load(net, path, NULL)) &&
           (read_note(m, *net) || complain("%s: this network was not made by table train", path));
}

void model_free(model *m)
{
    names_free(&m->inputs);
    names_free(&m->outputs);
    names_free(&m->classes);
    free(m->places);
    free(m->offsets);
    *m = (model){ .columns = 0 };
}
