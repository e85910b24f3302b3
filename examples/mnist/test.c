/* mnist test */
#include "mnist.h"

#include <gemmnet/layer.h>
#include <stdlib.h>
#include <string.h>

/* What train has noted, if nothing else was asked for; other programs note nothing. */
static void choose_dataset(settings *s, const gn_network *net)
{
    const char *noted = gn_network_note(net, "dataset");

    for (int i = 0; s->dataset < 0 && noted != NULL && dataset_names[i] != NULL; i++)
        if (strcmp(dataset_names[i], noted) == 0)
            s->dataset = i;
    if (s->dataset < 0)
        s->dataset = MNIST;
}

static bool fits(const settings *s, const gn_network *net, const dataset *d)
{
    size_t inputs = gn_size(gn_network_input(net)), outputs = gn_size(gn_network_output(net));

    if (inputs != d->test.idx.matrix.cols)
        return complain("%s takes %zu inputs, an image has %zu pixels", s->model, inputs,
                        d->test.idx.matrix.cols);
    return outputs == CLASSES || complain("%s has %zu outputs, and digits are %d", s->model,
                                          outputs, CLASSES);
}

static bool tell(const settings *s, const result *r)
{
    if (!s->quiet) {
        printf("%s, %zu parameters, on the %zu test images of %s\n", s->model, r->parameters,
               r->images, dataset_names[s->dataset]);
        screen_result(r);
    }
    return record_test(s->json, s, r) &&
           (fflush(stdout) == 0 || complain("standard output cannot be written"));
}

int test(settings *s)
{
    gn_network *net = NULL;
    dataset d = { .train.labels = NULL };
    result r;
    bool good = output_check(s->json) && model_load(&net, s->model);

    if (good) {
        choose_dataset(s, net);
        good = dataset_load(&d, s) && fits(s, net, &d) &&
               result_measure(&r, &d, net, (int)s->threads) && tell(s, &r);
    }
    gn_network_destroy(net);
    dataset_free(&d);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
