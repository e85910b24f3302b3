/* mnist report: the page of a run, of what training left. */
#include "page.h"
#include "common/output.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static bool tell(const settings *s)
{
    if (!s->quiet)
        printf("%s is the page of this run: open it in a browser\n", s->report);
    return fflush(stdout) == 0 || complain("standard output cannot be written");
}

bool report_training(const settings *s, const dataset *d, const gn_network *net, const result *r,
                     const training *t)
{
    run_facts f = { s, d, net, r, t->history, t->n_epochs, NULL };
    json_t *record = NULL;
    bool good;

    if (s->report == NULL)
        return true;
    f.record = record = record_make(s, d, net, r, t);
    good = (record != NULL || complain("no memory for the page")) && page_write(s->report, &f) &&
           tell(s);
    json_decref(record);
    return good;
}

/* What train --json wrote; path NULL: nothing, and all is well. */
static bool read_record(json_t **record, const char *path)
{
    json_error_t error;

    *record = NULL;
    if (path == NULL)
        return true;
    *record = json_load_file(path, 0, &error);
    if (*record == NULL)
        return error.line > 0 ? complain("%s: line %d: %s", path, error.line, error.text)
                              : complain("%s", error.text); /* it names the file */
    return json_is_object(*record) || complain("%s is not what train --json writes", path);
}

/* A record tells of one network, and no other. */
static bool is_of_network(const json_t *record, const char *path, const result *r)
{
    const char *has = json_string_value(json_object_get(record, "weights_checksum"));
    char wanted[24];

    if (record == NULL)
        return true;
    snprintf(wanted, sizeof wanted, "%016" PRIx64, r->checksum);
    if (has == NULL)
        return complain("%s is not what train --json writes: it has no weights_checksum", path);
    return strcmp(has, wanted) == 0 ||
           complain("%s is of another network: its weights_checksum is %.16s, and not %s", path,
                    has, wanted);
}

static bool write_page(const settings *s, const dataset *d, const gn_network *net,
                       const result *r)
{
    history h = { .n = 0 };
    json_t *record = NULL;
    bool good = history_read(&h, s->history) && read_record(&record, s->run) &&
                is_of_network(record, s->run, r);

    if (good) {
        run_facts f = { s, d, net, r, h.epochs, h.n, record };

        good = page_write(s->report, &f) && tell(s);
    }
    history_free(&h);
    json_decref(record);
    return good;
}

int report(settings *s)
{
    gn_network *net = NULL;
    dataset d = { .train.labels = NULL };
    result r;
    bool good = output_check(s->report) && model_load_with_images(&net, &d, s) &&
                page_can_show(net, s->model) && page_can_show_images(&d.test) &&
                result_measure(&r, &d, net, (int)s->recipe.threads) && write_page(s, &d, net, &r);

    gn_network_destroy(net);
    dataset_free(&d);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
