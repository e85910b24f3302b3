/* mnist test */
#include "mnist.h"
#include "common/output.h"

#include <stdlib.h>

static bool tell(const settings *s, const dataset *d, const result *r)
{
    if (!s->quiet)
        screen_test(s, d, r);
    return record_test(s->json, s, r) &&
           (fflush(stdout) == 0 || complain("standard output cannot be written"));
}

int test(settings *s)
{
    gn_network *net = NULL;
    dataset d = { .train.labels = NULL };
    result r;
    bool good = output_check(s->json) && model_load_with_images(&net, &d, s) &&
                result_measure(&r, &d, net, (int)s->recipe.threads) && tell(s, &d, &r);

    gn_network_destroy(net);
    dataset_free(&d);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
